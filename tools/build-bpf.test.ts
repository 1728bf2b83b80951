import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildObject, compilerVersion, installedCompiler, objectPath, recordedTypes } from './build-bpf.ts';
import committedTypes from '../packages/sensor/src/live/recorded-types.json' with { type: 'json' };

const installed = installedCompiler();
const reason =
  installed === compilerVersion
    ? ''
    : ` (skipped: needs clang ${compilerVersion}, there is ${installed ?? 'none'})`;

test.skipIf(reason !== '').each(['x86_64', 'aarch64'] as const)(
  `the committed BPF object for %s is what its sources give${reason}`,
  (name) => {
    expect(buildObject(name).equals(readFileSync(objectPath(name)))).toBe(true);
  },
);

test('the list of recorded event types is what the sources name', () => {
  expect(committedTypes).toEqual(recordedTypes());
});
