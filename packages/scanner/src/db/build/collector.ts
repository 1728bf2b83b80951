import { type BoltContent, writeBoltFile } from '@lanner/runtimes';
import type { DataSource, Threat } from '../../model/index.ts';
import {
  bucketAt,
  type BucketStore,
  type MemoryBucket,
  memoryBucket,
  memoryStore,
  sortedKeys,
} from '../bucket-store.ts';
import { isRejected, mergeDetails, type SourceDetail } from './details.ts';
import { type AdvisoryRecord, type AdvisorySink, threatBucket } from './sink.ts';

/** What became of the records of a feed. */
export interface ImportCounts {
  readonly imported: number;
  /** By reason, with a few ids each. */
  readonly rejected: ReadonlyMap<string, { readonly count: number; readonly examples: readonly string[] }>;
}

const keptExamples = 5;

interface OpenCounts {
  imported: number;
  readonly rejected: Map<string, { count: number; readonly examples: string[] }>;
}

/** Gathers advisories in memory, to be written as one database. */
export class AdvisoryCollector {
  readonly #root = memoryBucket();
  /** What each source says, by vulnerability. */
  readonly #details = new Map<string, Map<string, SourceDetail>>();
  readonly #threats = new Map<string, Threat>();
  readonly #counts = new Map<string, OpenCounts>();

  /** The sink of one feed, whose records are counted together. */
  sink(feedId: string): AdvisorySink {
    const counts = this.#counts.get(feedId) ?? emptyCounts();
    this.#counts.set(feedId, counts);
    return {
      advisory: (...record) => this.#advisory(...record),
      detail: (id, source, detail) => {
        const details = this.#details.get(id) ?? new Map<string, SourceDetail>();
        this.#details.set(id, details.set(source, { ...details.get(source), ...detail }));
      },
      threat: (id, threat) => {
        this.#threats.set(id, { ...this.#threats.get(id), ...threat });
      },
      imported: () => {
        counts.imported++;
      },
      rejected(recordId, reason) {
        const known = counts.rejected.get(reason) ?? { count: 0, examples: [] };
        known.count++;
        if (known.examples.length < keptExamples) {
          known.examples.push(recordId);
        }
        counts.rejected.set(reason, known);
      },
    };
  }

  /** By feed. */
  counts(): ReadonlyMap<string, ImportCounts> {
    return this.#counts;
  }

  /** The advisories as a database that can be asked at once. */
  store(): BucketStore {
    return memoryStore(this.#finished());
  }

  /** Writes a database that lanner and Trivy read. Throws AppError 'file.write'. */
  write(path: string): void {
    writeBoltFile(path, contentOf(this.#finished()));
  }

  #advisory(
    bucket: string,
    source: DataSource,
    packageName: string,
    vulnerabilityId: string,
    record: AdvisoryRecord,
  ): void {
    const { id, name, url, baseId } = source;
    const { values } = bucketAt(this.#root, ['data-source']);
    values.set(bucket, JSON.stringify({ ID: id, Name: name, URL: url, BaseID: baseId }));
    const advisories = bucketAt(this.#root, [bucket, packageName]).values;
    const known = advisories.get(vulnerabilityId);
    const merged = known === undefined ? record : merge(JSON.parse(known) as AdvisoryRecord, record);
    advisories.set(vulnerabilityId, JSON.stringify(merged));
  }

  /** With what is known of each vulnerability; those that were given up are left out. */
  #finished(): MemoryBucket {
    const { values } = bucketAt(this.#root, ['vulnerability']);
    for (const [id, details] of this.#details) {
      if (!isRejected(details)) {
        values.set(id, JSON.stringify(mergeDetails(id, details)));
      }
    }
    const threats = bucketAt(this.#root, [threatBucket]).values;
    for (const [id, threat] of this.#threats) {
      threats.set(id, JSON.stringify(threat));
    }
    return this.#root;
  }
}

function emptyCounts(): OpenCounts {
  return { imported: 0, rejected: new Map() };
}

/** Several records may speak of the same package, each of other versions. */
function merge(a: AdvisoryRecord, b: AdvisoryRecord): AdvisoryRecord {
  const merged: Record<string, unknown> = { ...a, ...b };
  for (const key of ['VendorIDs', 'VulnerableVersions', 'PatchedVersions', 'UnaffectedVersions'] as const) {
    const both = [...(a[key] ?? []), ...(b[key] ?? [])];
    if (both.length > 0) {
      merged[key] = [...new Set(both)];
    }
  }
  return merged;
}

function* contentOf(bucket: MemoryBucket): Generator<readonly [Uint8Array, Uint8Array | BoltContent]> {
  const keys = sortedKeys(new Map<string, unknown>([...bucket.values, ...bucket.buckets]));
  for (const key of keys.filter((name) => name !== '')) {
    const inner = bucket.buckets.get(key);
    yield [
      Buffer.from(key),
      inner === undefined
        ? Buffer.from(bucket.values.get(key) ?? '')
        : { [Symbol.iterator]: () => contentOf(inner) },
    ];
  }
}
