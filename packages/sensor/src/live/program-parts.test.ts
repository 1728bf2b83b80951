import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cleanProgramParts } from './program-parts.ts';

const mapping = (range: string, flags: string, path: string, anonymousKb: number): string =>
  `${range} ${flags} 00346000 fe:00 5776088    ${path}\nSize:  12 kB\nRss:  8 kB\nAnonymous:  ${anonymousKb} kB\nVmFlags: rd mr mw me\n`;

test('parts of the program that hold what its file has are found, with address and length', () => {
  const smaps =
    mapping('00400000-00746000', 'r--p', '/usr/bin/node', 0) +
    mapping('7f415bdc0000-7f415bfc5000', 'r-xp', '/usr/bin/node', 0);
  expect(cleanProgramParts(smaps, '/usr/bin/node')).toEqual([
    { at: 0x400000n, length: 0x346000 },
    { at: 0x7f415bdc0000n, length: 0x205000 },
  ]);
});

test('what was written to, may be written to, is shared, or belongs to another file stays', () => {
  const smaps =
    mapping('00400000-00746000', 'r--p', '/usr/bin/node', 8) +
    mapping('00746000-00749000', 'rw-p', '/usr/bin/node', 0) +
    mapping('00749000-0074a000', 'r--s', '/usr/bin/node', 0) +
    mapping('0074a000-0074b000', 'r-xp', '/usr/lib/libc.so.6', 0) +
    mapping('0074b000-0074c000', 'r-xp', '', 0) +
    '7ffd0000-7ffd1000 r-xp 00000000 00:00 0    [vdso]\nAnonymous:  0 kB\n';
  expect(cleanProgramParts(smaps, '/usr/bin/node')).toEqual([]);
});

test('this process has such parts', () => {
  const parts = cleanProgramParts(readFileSync('/proc/self/smaps', 'utf8'), process.execPath);
  expect(parts.length).toBeGreaterThan(0);
  expect(parts.every(({ length }) => length > 0)).toBe(true);
});
