import { expect, test } from 'vitest';
import { fuzzMaven } from './maven.fuzz.ts';

test('changed projects, settings and repositories of Maven are stood, and nothing is told to a repository', async () => {
  expect(await fuzzMaven(300, 1)).toEqual({ inputs: 300, refused: 0 });
});
