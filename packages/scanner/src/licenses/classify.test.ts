import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { classifyText } from './classify.ts';

const common = '/usr/share/common-licenses';

function namesIn(text: string): string[] {
  return classifyText(text).findings.map(({ name }) => name);
}

describe.skipIf(!existsSync(`${common}/GPL-3`))('texts (needs the common licences of Debian)', () => {
  test.each([
    ['Apache-2.0', 'Apache-2.0'],
    ['Artistic', 'Artistic-1.0-Perl'],
    ['BSD', 'BSD-3-Clause'],
    ['CC0-1.0', 'CC0-1.0'],
    ['GFDL-1.3', 'GFDL-1.3'],
    ['GPL-1', 'GPL-1.0'],
    ['GPL-2', 'GPL-2.0'],
    ['GPL-3', 'GPL-3.0'],
    ['LGPL-2', 'LGPL-2.0'],
    ['LGPL-2.1', 'LGPL-2.1'],
    ['LGPL-3', 'LGPL-3.0'],
    ['MPL-1.1', 'MPL-1.1'],
    ['MPL-2.0', 'MPL-2.0'],
  ])('%s', (file, name) => {
    expect(namesIn(readFileSync(`${common}/${file}`, 'utf8'))).toEqual([name]);
  });

  test('two licences in one file, as comments', () => {
    const text = ['BSD', 'GPL-2']
      .map((file) => readFileSync(`${common}/${file}`, 'utf8').replaceAll(/^/gm, ' * '))
      .join('\n');
    expect(namesIn(text).sort()).toEqual(['BSD-3-Clause', 'GPL-2.0']);
  });
});

test.each([
  [
    'under the terms of the GNU Lesser General Public License as published by the Free Software Foundation; either\n# version 2.1 of the License',
    'LGPL-2.1',
  ],
  ['under the terms of the GNU General Public License version 2 as published by the Free', 'GPL-2.0'],
  ['subject to the terms of the Mozilla Public License, v. 2.0. If a copy', 'MPL-2.0'],
])('%j is a notice', (text, name) => {
  expect(classifyText(text)).toMatchObject({ kind: 'notice', findings: [{ name, confidence: 1 }] });
});

test('any text gives some answer', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2000 }), (text) => {
      expect(namesIn(text)).toEqual([]);
    }),
  );
});
