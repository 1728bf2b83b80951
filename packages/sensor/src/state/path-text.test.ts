import { joinPath } from '@lanner/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PathText } from './path-text.ts';

const part = fc.constantFrom('a', '..', '.', '', '.x', 'usr', 'y'.repeat(400));
const path = fc.array(part, { maxLength: 5 }).map((parts) => parts.join('/'));
const directory = fc.oneof(
  path.map((text) => `/${text}/`),
  fc.constantFrom('.', '', '<UNKNOWN>', './'),
);

test('a path resolves as if it had never been resolved before', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        path,
        path.map((text) => `/${text}`),
      ),
      fc.array(directory, { maxLength: 6 }),
      (raw, from) => {
        const text = new PathText(raw);
        for (const folder of from) {
          expect(text.resolve(folder)).toBe(joinPath(folder, raw));
        }
      },
    ),
  );
});
