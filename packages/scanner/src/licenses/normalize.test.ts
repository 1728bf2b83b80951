import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { licensesOfWords, normalizeLicense, spdxId, splitLicenses } from './normalize.ts';
import aliases from './aliases.json' with { type: 'json' };
import ids from './spdx-ids.json' with { type: 'json' };
import { licenseIdByUrl } from './urls.ts';

test.each([
  ['  the\tapache  \r\nlicense ', 'Apache-2.0'],
  ['Apache License, Version 2.0 (http://www.apache.org/licenses/LICENSE-2.0)', 'Apache-2.0'],
  ['GPL', 'GPL-2.0-or-later'],
  ['GPLv3', 'GPL-3.0-only'],
  ['GNU General Public License v3 or later (GPLv3+)', 'GPL-3.0-or-later'],
  ['LGPL-2.1+', 'LGPL-2.1-or-later'],
  ['BSD', 'BSD-3-Clause'],
  ['MIT/X11', 'MIT/X11'],
  [' An unknown  licence ', 'An unknown  licence'],
  ['BSD2', 'BSD-2-Clause'],
  ['The APSL-2.0 License', 'APSL-2.0'],
  ['gpl-2+', 'GPL-2.0-or-later'],
  ['MIT-like', 'MIT'],
  ['Apache-style', 'Apache-2.0'],
  ['GFDL-NIV-1.3+', 'GFDL-1.3-no-invariants-or-later'],
  ['GFDL-1.2-invariants', 'GFDL-1.2-invariants-only'],
  ['GPL-2+ with Autoconf exception', 'GPL-2.0-with-autoconf-exception+'],
  ['GPL-3+ with Moon exception', 'GPL-3+ with Moon exception'],
  ['Open Software License 3.0 (OSL-3.0)', 'OSL-3.0'],
  ['CMU License (MIT-CMU)', 'MIT-CMU'],
  ['CC0 1.0 Universal (CC0 1.0) Public Domain Dedication', 'CC0-1.0'],
  ['SIL Open Font License 1.1 (OFL-1.1)', 'OFL-1.1'],
  ['Eclipse Distribution License - v 1.0', 'BSD-3-Clause'],
  ['Bouncy Castle Licence', 'MIT'],
  ['Zend-2', 'Zend-2.0'],
])('%j is %s', (name, id) => {
  expect(normalizeLicense(name)).toBe(id);
});

test('ids of SPDX stay, but for the shape of the GNU ones', () => {
  for (const id of ids) {
    const found = normalizeLicense(id);
    expect([id, `${id}-only`, id.replace(/\+$/, '-or-later')]).toContain(found);
    expect(spdxId(id.toLowerCase())).toBe(id);
  }
});

test.each(['__proto__', 'constructor', 'toString'])(
  'a name like a member of all objects stays: %s',
  (text) => {
    expect(normalizeLicense(text)).toBe(text);
  },
);

test('normalising once is enough, for any text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => normalizeLicense(normalizeLicense(text)) === normalizeLicense(text)),
  );
});

describe('lists', () => {
  test.each([
    ['GPL-1+ or Artistic, and BSD-4-clause', ['GPL-1+', 'Artistic', 'BSD-4-clause']],
    ['LGPLv3+_or_GPLv2+', ['LGPLv3+', 'GPLv2+']],
    ['Apache License,Version 2.0, MIT', ['Apache License, Version 2.0', 'MIT']],
    ['GNU GPL v3 or later', ['GNU GPL v3 or later']],
    ['Permission is hereby granted', ['text://Permission is hereby granted']],
    ['', []],
  ])('%j', (field, want) => {
    expect(splitLicenses(field)).toEqual(want);
  });

  test('of words, versions belong to the word before, and exceptions to what they except from', () => {
    expect(licensesOfWords('( MIT OR GPL-2.0-only WITH Classpath-exception-2.0 ) AND MPL 2.0')).toEqual([
      'MIT',
      'GPL-2.0-only WITH Classpath-exception-2.0',
      'MPL-2.0',
    ]);
  });
});

test.each([
  ['http://www.apache.org/licenses/LICENSE-2.0.txt', 'Apache-2.0'],
  ['https://opensource.org/licenses/MIT', 'MIT'],
  ['https://opensource.org/license/mit/', 'MIT'],
  ['https://web.archive.org/web/20120101081418/http://www.eclipse.org/legal/epl-v10.html', 'EPL-1.0'],
  ['https://example.com/LICENSE', null],
])('the licence at %s is %s', (url, id) => {
  expect(licenseIdByUrl(url)).toBe(id);
});

test.each([
  ['bsd three clause', 'BSD-3-Clause'],
  ['2-Clause BSDL', 'BSD-2-Clause'],
  ['BSD 3-Clause "New" or "Revised" License', 'BSD-3-Clause'],
  ['Facebook 3-clause', 'Facebook 3-clause'],
  ['Creative Commons Attribution-NonCommercial 4.0 International', 'CC-BY-NC-4.0'],
  ['CC BY-NC-SA 2.5', 'CC-BY-NC-SA-2.5'],
  ['Creative Commons License Attribution-NoDerivs 3.0 Unported', 'CC-BY-ND-3.0'],
  ['Creative Commons of Mars', 'Creative Commons of Mars'],
  [
    'GNU General Public License, version 2 with the GNU Classpath Exception',
    'GPL-2.0-with-classpath-exception',
  ],
  ['GPL with a strange exception', 'GPL with a strange exception'],
])('%s in words is %s', (name, id) => {
  expect(normalizeLicense(name)).toBe(id);
});

test('every other name leads to an id of SPDX', () => {
  for (const [name, id] of Object.entries(aliases)) {
    expect(name).toBe(name.toLowerCase());
    expect([name, spdxId(id)]).toEqual([name, id]);
    expect([name, normalizeLicense(name)]).toEqual([name, id]);
  }
});
