import { expect, test } from 'vitest';
import { lastWords } from './last-words.ts';

const said = (...chunks: string[]) =>
  lastWords(
    (async function* each() {
      yield* await Promise.resolve(chunks);
    })(),
    (line) => line.startsWith('{'),
  );

test('the error of a command is its last word, with its hint apart', async () => {
  expect(
    await said('warn: a file was sk', 'ipped path=a\nerror: no im', 'age\nhint: Name another.\n'),
  ).toEqual({
    text: 'no image',
    hint: 'Name another.',
  });
  expect(await said('error: more\n  lines of it\n')).toEqual({ text: 'more' });
});

test('without an error it is the last line that nobody took', async () => {
  expect(await said('first\nKilled\n\n{"ms":1}\n')).toEqual({ text: 'Killed' });
  expect(await said('cut off')).toEqual({ text: 'cut off' });
  expect(await said('')).toEqual({ text: '' });
});

test('a line without an end takes no memory without end', async () => {
  const { text } = await said(...Array.from({ length: 100 }, () => 'x'.repeat(10_000)));
  expect(text.length).toBeLessThan(80_000);
});
