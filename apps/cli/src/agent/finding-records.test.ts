import type { Finding, ScannedArtifact } from '@lanner/hub';
import { expect, test } from 'vitest';
import { findingRecords } from './finding-records.ts';

const artifact: ScannedArtifact = {
  ...{ key: 'sha256:1', kind: 'image', names: ['web:1'], system: 'debian 12', packages: 1, notes: [] },
};

function findingOf(id: string, more: Partial<Finding> = {}): Finding {
  return {
    ...{ kind: 'vulnerability', id, package: 'p', packageName: 'p', installedVersion: '1', fixedVersion: '' },
    ...{ severity: 'HIGH', title: 'é', epss: null, kev: false, details: { text: 'x'.repeat(100) } },
    ...more,
  };
}

interface Payload {
  readonly artifact: ScannedArtifact;
  readonly atMs: number;
  readonly findings: readonly Finding[];
  readonly part?: { readonly isLast: boolean; readonly total: number };
}

function read(findings: readonly Finding[], maxLength?: number): { kind: string; payload: Payload }[] {
  return findingRecords(artifact, findings, 7, undefined, maxLength).map(({ kind, payload }) => ({
    kind,
    payload: JSON.parse(payload) as Payload,
  }));
}

test.each([[[]], [[findingOf('a'), findingOf('b')]]])('a usual scan is one record', (findings) => {
  expect(read(findings)).toEqual([{ kind: 'findings', payload: { artifact, atMs: 7, findings } }]);
});

test('a long one comes in parts, which together have everything in its order', () => {
  const findings = Array.from({ length: 20 }, (_, i) => findingOf(String(i % 19)));
  const records = read(findings, 1000);
  expect(records.length).toBeGreaterThan(3);
  expect(new Set(records.map(({ kind }) => kind))).toEqual(new Set(['findings-part']));
  expect(records.flatMap(({ payload }) => payload.findings)).toEqual(findings);
  expect(records.map(({ payload }) => payload.part?.isLast)).toEqual(
    records.map((_, i) => i === records.length - 1),
  );
  // One of them is there twice, and stored once.
  expect(records[0]?.payload.part?.total).toBe(19);
});

test('a part of a scan is never the last one of its records before it is the last part', () => {
  const partOf = (isLast: boolean): unknown[] =>
    findingRecords(artifact, [findingOf('a'), findingOf('b')], 7, { isLast, total: 9 }, 200).map(
      ({ payload }) => (JSON.parse(payload) as Payload).part,
    );
  expect(partOf(false)).toEqual([
    { isLast: false, total: 9 },
    { isLast: false, total: 9 },
  ]);
  expect(partOf(true)).toEqual([
    { isLast: false, total: 9 },
    { isLast: true, total: 9 },
  ]);
});

test('a finding that is longer than a part goes without its details', () => {
  const [{ payload } = { payload: null }] = read(
    [findingOf('a', { details: { text: 'x'.repeat(2000) } })],
    1000,
  );
  expect(payload?.findings).toEqual([findingOf('a', { details: {} })]);
});
