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

const bsd = `Copyright 2012 The Authors. All rights reserved.
Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
following conditions are met:
   * Redistributions of source code must retain the above copyright notice, this list of conditions and the following
disclaimer.
   * Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
disclaimer in the documentation and/or other materials provided with the distribution.
   * Neither the name of Example Inc. nor the names of its contributors may be used to endorse or promote products
derived from this software without specific prior written permission.
THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES,
INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT OWNER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY,
WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
`;
const mit = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:
The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.
THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

test.each([
  ['with bullets', bsd],
  ['with numbers', bsd.replaceAll('   *', '1.')],
  ['in brackets', bsd.replaceAll('   *', '(a)')],
])('clauses %s are the same licence', (_how, text) => {
  expect(classifyText(text)).toMatchObject({ kind: 'text', findings: [{ name: 'BSD-3-Clause' }] });
  expect(namesIn(text)).toHaveLength(1);
});

test('what parts of two licences make up together is no third one', () => {
  expect(namesIn(`${bsd}\n\n${mit}`)).toEqual(['BSD-3-Clause', 'MIT']);
});

test('a notice beside the text of another licence counts too', () => {
  const notice = 'Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file';
  expect(namesIn(`${mit}\n\n${notice}\n`)).toEqual(['MIT', 'Apache-2.0']);
});

test('any text gives some answer', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2000 }), (text) => {
      expect(namesIn(text)).toEqual([]);
    }),
  );
});
