import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { spoolSchema } from './segment.ts';
import { drain, SpoolPlace } from './testkit/spool-place.ts';

// Files of a spool as a version with that schema wrote them, in Base64 by their name. They are never made anew.
const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url));
const here = new SpoolPlace();

test.each(readdirSync(fixtures))('a spool of %s gives what waits in it, and goes on', async (name) => {
  const files = JSON.parse(readFileSync(join(fixtures, name), 'utf8')) as Record<string, string>;
  for (const [file, content] of Object.entries(files)) {
    writeFileSync(join(here.folder, file), Buffer.from(content, 'base64'));
  }
  const spool = here.open();
  expect(spool.id).toBe('0123456789abcdef');
  expect(await drain(spool, 10)).toEqual([
    '{"n":3,"text":"größe"}',
    '{"n":4,"text":"größe"}',
    '{"artifact":"a"}',
  ]);
  expect(await spool.append([{ kind: 'alert', payload: 'next' }])).toBeGreaterThan(2_097_157);
  expect(spool.stats()).toMatchObject({ waiting: 1, damaged: 0 });
  await spool.close();
});

test('there is one of each schema', () => {
  expect(readdirSync(fixtures).sort()).toEqual(
    Array.from({ length: spoolSchema }, (_, index) => `schema-${index + 1}.json`),
  );
});
