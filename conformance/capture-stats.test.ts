import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { captureStats, type CaptureStats } from '@lanner/sensor';
import { describe, expect, test } from 'vitest';

// Counts of blocks and events that an independent reader found; ../shared lies beside the repository.
const shared = fileURLToPath(new URL('../../shared/', import.meta.url));
const casesPath = join(shared, 'conformance/falco/capture-stats.json');
const captureFolders = ['reference/falco/captures', 'oracle/falco/captures'].map((path) =>
  join(shared, path),
);

interface Expected {
  readonly file: string;
  readonly gzip: boolean;
  readonly version: string;
  readonly machine: Record<string, unknown>;
  readonly blocks: Readonly<Record<string, number>>;
  readonly list_versions: readonly string[];
  readonly n_threads: number;
  readonly n_fds: number;
  readonly events_raw: number;
  readonly unknown_type_events: number;
  readonly events_after_conversion: number;
  readonly raw_types: Readonly<Record<string, number>>;
  readonly converted_types: Readonly<Record<string, number>>;
}

if (!existsSync(casesPath)) {
  test.skip('capture statistics (needs ../shared/conformance, which is absent)', () => undefined);
} else {
  const cases = JSON.parse(readFileSync(casesPath, 'utf8')) as Expected[];
  const files = captureFiles();

  test('every capture that is counted is there', () => {
    expect(cases.length).toBeGreaterThan(0);
    expect(cases.filter(({ file }) => !files.has(file))).toEqual([]);
  });

  describe.each(cases.map((expected) => [expected.file, expected] as const))('%s', (file, expected) => {
    test('has the blocks and events that the reference found', async () => {
      const stats = await captureStats(files.get(file) ?? file);
      expect(stats.failure).toBeNull();
      expect(stats.unknownBlocks).toBe(0);
      expect(toExpected(stats)).toEqual(pick(expected));
    });
  });
}

function captureFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of captureFolders.filter((path) => existsSync(path))) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && entry.name.endsWith('.scap')) {
        files.set(entry.name, join(entry.parentPath, entry.name));
      }
    }
  }
  return files;
}

function pick(expected: Expected): Record<string, unknown> {
  // The length of the machine block is fixed; how many conversions failed is `failure`.
  const machine = Object.fromEntries(Object.entries(expected.machine).filter(([name]) => name !== 'len'));
  return {
    gzip: expected.gzip,
    version: expected.version,
    machine,
    blocks: expected.blocks,
    list_versions: expected.list_versions,
    n_threads: expected.n_threads,
    n_fds: expected.n_fds,
    events_raw: expected.events_raw,
    unknown_type_events: expected.unknown_type_events,
    events_after_conversion: expected.events_after_conversion,
    raw_types: expected.raw_types,
    converted_types: expected.converted_types,
  };
}

function toExpected(stats: CaptureStats): Record<string, unknown> {
  const byName = (counts: ReadonlyMap<string, number>): Record<string, number> =>
    Object.fromEntries([...counts].map(([code, count]) => [`PPME_${code}`, count]));
  return {
    gzip: stats.isGzip,
    version: stats.version,
    machine: {
      num_cpus: stats.machine?.cpuCount,
      mem: stats.machine?.memoryBytes,
      max_pid: stats.machine?.maxPid,
      hostname: stats.machine?.hostname,
      boot_ts: Number(stats.machine?.bootTs),
    },
    blocks: Object.fromEntries([...stats.blocks].map(([type, count]) => [`0x${type.toString(16)}`, count])),
    list_versions: stats.listVersions,
    n_threads: stats.threads,
    n_fds: stats.fds,
    events_raw: stats.recordedEvents,
    unknown_type_events: stats.unknownEvents,
    events_after_conversion: stats.events,
    raw_types: byName(stats.recordedTypes),
    converted_types: byName(stats.types),
  };
}
