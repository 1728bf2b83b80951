import { expect, test } from 'vitest';
import { PackedInput } from './packed-input.ts';

/** Chunks that all use the same memory. */
async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  const memory = Buffer.alloc(100);
  for (const text of texts) {
    await Promise.resolve();
    yield memory.subarray(0, memory.write(text));
  }
}

async function all(input: PackedInput): Promise<string> {
  let text = '';
  for (let chunk = await input.next(); chunk !== null; chunk = await input.next()) {
    text += chunk.toString();
  }
  return text;
}

test.each([0, 1, 4, 5, 9, 20])('what was peeked at (%i bytes) still comes', async (count) => {
  const input = new PackedInput(chunks('ab', 'cd', 'efghi'));
  const head = await input.peek(count);
  expect('abcdefghi'.startsWith(head.toString())).toBe(true);
  expect(head.length).toBeGreaterThanOrEqual(Math.min(count, 9));
  expect(await all(input)).toBe('abcdefghi');
});

test('skipping goes across chunks, and says when there is not so much', async () => {
  const input = new PackedInput(chunks('ab', 'cd', 'efghi'));
  expect(await input.skip(5)).toBe(true);
  input.putBack(Buffer.from('E'));
  expect(await input.skip(1)).toBe(true);
  expect(await input.skip(9)).toBe(false);
  expect(await all(input)).toBe('');
});

test('closing closes the source', async () => {
  let isClosed = false;
  async function* source(): AsyncGenerator<Buffer> {
    try {
      yield await Promise.resolve(Buffer.from('a'));
    } finally {
      isClosed = true;
    }
  }
  const input = new PackedInput(source());
  await input.next();
  await input.close();
  expect(isClosed).toBe(true);
});
