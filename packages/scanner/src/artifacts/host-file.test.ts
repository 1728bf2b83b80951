import fc from 'fast-check';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostFile } from './host-file.ts';
import { temporaryFolder } from './testkit/temporary.ts';

const contents = [0, 1, 300, 8191, 8192, 8193, 70_000].map((size) =>
  Buffer.from(Array.from({ length: size }, (_, i) => (i * 7 + size) % 251)),
);
const look = fc.record({
  offset: fc.oneof(fc.nat(400), fc.nat(9000), fc.nat(80_000)),
  length: fc.oneof(fc.nat(400), fc.constant(65_536)),
  isInto: fc.boolean(),
});

test('gives the same bytes in whatever parts it is read, one file after the other, also when it rests', () => {
  const folder = temporaryFolder();
  const paths = contents.map((bytes, i) => {
    const path = join(folder, `${i}`);
    writeFileSync(path, bytes);
    return path;
  });
  const visits = fc.array(
    fc.record({ file: fc.nat(contents.length - 1), looks: fc.array(look, { maxLength: 5 }), late: look }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(visits, (all) => {
      const rested = all.map(({ file: i, looks, late }) => {
        const bytes = contents[i] ?? Buffer.alloc(0);
        const { file, rest } = hostFile({ path: 'a', size: bytes.length, mode: 0o644 }, paths[i] ?? '');
        function check({ offset, length, isInto }: typeof late): void {
          const found = isInto
            ? file.readInto?.(Buffer.alloc(length), offset)
            : Buffer.from(file.read(offset, length));
          expect(found?.equals(bytes.subarray(offset, offset + length))).toBe(true);
        }
        looks.forEach(check);
        rest();
        return () => check(late);
      });
      for (const lookAgain of rested) {
        lookAgain();
      }
    }),
  );
});

test('what a file grew by since it was seen is not read', () => {
  const path = join(temporaryFolder(), 'log');
  writeFileSync(path, 'one\n');
  const { file, rest } = hostFile({ path: 'log', size: 4, mode: 0o644 }, path);
  appendFileSync(path, 'two\n');
  expect(file.readInto?.(Buffer.alloc(100), 0).toString()).toBe('one\n');
  expect(file.bytes().toString()).toBe('one\n');
  rest();
  expect(file.readInto?.(Buffer.alloc(100), 2).toString()).toBe('e\n');
});
