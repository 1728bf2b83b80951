import { expect, test } from 'vitest';
import { sampleFinding } from '../../testkit/sample-finding.ts';
import type { ScannedArtifact } from '../finding-store.ts';
import { auditKept, goneImageMs } from '../retention-rules.ts';
import type { Store } from '../store.ts';
import type { OpenEmptyStore } from './open-store.ts';

const dayMs = 86_400_000;
const retention = { maxAgeMs: 30 * dayMs, maxBytes: 1e12 };
const image: ScannedArtifact = {
  key: 'i',
  kind: 'image',
  names: ['i:1'],
  system: '',
  packages: 1,
  notes: [],
};
const host: ScannedArtifact = { ...image, key: 'h', kind: 'host', names: ['h'] };
const other = { ...sampleFinding, id: 'CVE-2026-2' };

async function known(store: Store): Promise<unknown[]> {
  return (await store.findings.artifacts()).map(({ key, retiredMs }) => [key, retiredMs]);
}

async function idsOf(store: Store): Promise<unknown[]> {
  const { findings } = await store.findings.search({ includeFixed: true }, 100);
  return findings.map(({ artifact, id }) => `${artifact} ${id}`).sort();
}

/** Retention of what is no alert. */
export function retentionContract(open: OpenEmptyStore): void {
  const clock = { ms: 0 };
  const now = (): number => clock.ms;
  const openAt = (ms: number): Promise<Store> => {
    clock.ms = ms;
    return open({ retention, now, monotonicMs: now });
  };
  const maintain = (store: Store, ms: number): Promise<void> => {
    clock.ms = ms;
    return store.maintain(ms);
  };

  test('an image that no scan finds for a week is gone, a machine that is away is not; both come back', async () => {
    const store = await openAt(0);
    const { findings } = store;
    await findings.record(image, [sampleFinding], 0);
    await findings.record(host, [sampleFinding], 0);
    await maintain(store, goneImageMs);
    expect(await known(store)).toEqual([
      ['h', null],
      ['i', null],
    ]);
    const goneMs = goneImageMs + dayMs;
    await maintain(store, goneMs);
    expect(await known(store)).toEqual([
      ['h', null],
      ['i', goneMs],
    ]);
    expect(await findings.count({})).toBe(1);
    expect(await findings.count({ asOfMs: goneMs - 1 })).toBe(2);
    expect(await findings.record(image, [sampleFinding], goneMs + 1)).toMatchObject({ reopened: 1 });
    expect(await findings.count({})).toBe(2);
    await store.close();
  });

  test('what was fixed longer ago than retention goes, as does what was gone or away for so long', async () => {
    const store = await openAt(0);
    const { findings, evidence } = store;
    await findings.record(image, [sampleFinding, other], 0);
    await findings.putInventory('i', Uint8Array.of(1), 0);
    await findings.record(host, [sampleFinding, other], 0);
    const row = { package: 'p', rung: 'running', firstMs: 0, sample: {} } as const;
    await evidence.record([
      { ...row, artifact: 'h', lastMs: dayMs },
      { ...row, artifact: 'h', package: 'q', lastMs: 20 * dayMs },
      { ...row, artifact: 'i', lastMs: 33 * dayMs },
    ]);
    await findings.record(host, [other], 2 * dayMs);
    await maintain(store, 32 * dayMs);
    expect(await idsOf(store)).toEqual(['h CVE-2026-1', 'h CVE-2026-2']);
    expect(await known(store)).toEqual([['h', null]]);
    expect(await findings.getInventory('i')).toBeNull();
    expect([await evidence.list('i'), (await evidence.list('h')).map(({ package: name }) => name)]).toEqual([
      [],
      ['q'],
    ]);
    await findings.record(host, [other], 32 * dayMs);
    await maintain(store, 33 * dayMs);
    expect(await idsOf(store)).toEqual(['h CVE-2026-2']);
    expect((await store.health()).removedFindings).toBe(3);
    await maintain(store, 63 * dayMs);
    expect([await idsOf(store), await known(store)]).toEqual([[], []]);
    await store.close();
  });

  test('the audit log keeps a year at least', async () => {
    const store = await openAt(0);
    const entry = { by: 'ann', action: 'silence.create', target: 's', details: {}, address: '' };
    await store.audit.append({ ...entry, atMs: 0 });
    await store.audit.append({ ...entry, atMs: 40 * dayMs });
    await maintain(store, auditKept.ageMs);
    expect(await store.audit.list(10)).toHaveLength(2);
    await maintain(store, auditKept.ageMs + dayMs);
    expect((await store.audit.list(10)).map(({ atMs }) => atMs)).toEqual([40 * dayMs]);
    await store.audit.append({ ...entry, atMs: 400 * dayMs });
    expect((await store.audit.list(1))[0]?.id).toBe(3);
    await store.close();
  });
}
