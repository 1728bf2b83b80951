import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configKeys, removedKeys } from '@lanner/api';
import { describe, expect, test } from 'vitest';

const reference = fileURLToPath(new URL('../../shared/reference/falco/config-keys.json', import.meta.url));
const isPresent = existsSync(reference);

describe.skipIf(!isPresent)('keys of falco.yaml (needs ../shared/reference/falco)', () => {
  const keys = isPresent
    ? (JSON.parse(readFileSync(reference, 'utf8')) as { keys: { key: string }[] }).keys.map(({ key }) => key)
    : [];

  test('the reference lists them', () => {
    expect(keys.length).toBeGreaterThan(100);
  });

  test.each(keys)('%s is in exactly one class', (key) => {
    const known = configKeys.filter((entry) => entry.key === key).map((entry) => entry.class as string);
    const removed = removedKeys.filter((entry) => entry.key === key).map(() => 'removed');
    expect([...known, ...removed]).toHaveLength(1);
  });

  test('what is satisfied otherwise says how', () => {
    const silent = configKeys.filter((entry) => entry.class === 'satisfied' && entry.note === undefined);
    expect(silent.map(({ key }) => key)).toEqual([]);
  });
});
