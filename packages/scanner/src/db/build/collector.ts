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
import { type Row, RowStore } from './row-store.ts';
import { type AdvisoryRecord, type AdvisorySink, threatBucket } from './sink.ts';

/** What became of the records of a feed. */
export interface ImportCounts {
  readonly imported: number;
  /** By reason, with a few ids each. */
  readonly rejected: ReadonlyMap<string, { readonly count: number; readonly examples: readonly string[] }>;
}

const keptExamples = 5;
/** Products are asked for in this database and a published one together, which counts from 0. */
const firstProduct = 1_000_000;

interface OpenCounts {
  imported: number;
  readonly rejected: Map<string, { count: number; readonly examples: string[] }>;
}

/** Gathers advisories to be written as one database. */
export class AdvisoryCollector {
  /** By bucket, package and vulnerability. */
  readonly #advisories = new RowStore();
  /** What each source says (`details`) and threats (`threats`), by vulnerability. */
  readonly #vulnerabilities = new RowStore();
  /** What there is little of. */
  readonly #others = memoryBucket();
  /** Numbers of products by their CPE. */
  readonly #products = new Map<string, number>();
  readonly #counts = new Map<string, OpenCounts>();

  /** The sink of one feed, whose records are counted together. */
  sink(feedId: string): AdvisorySink {
    const counts = this.#counts.get(feedId) ?? emptyCounts();
    this.#counts.set(feedId, counts);
    return {
      advisory: (...record) => this.#advisory(...record),
      detail: (id, source, detail) => this.#about('details', id, source, detail),
      product: (cpe) => this.#product(cpe),
      contentSet: (name, cpes) => {
        const numbers = [...new Set(cpes.flatMap(withGeneralForms))].map((cpe) => this.#product(cpe));
        bucketAt(this.#others, ['Red Hat CPE', 'repository']).values.set(name, JSON.stringify(numbers));
      },
      threat: (id, threat) => this.#about('threats', id, '', threat),
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
    return memoryStore(inMemory(this.#content()));
  }

  /** Writes a database that lanner and Trivy read. Throws AppError 'file.write'. */
  write(path: string): void {
    writeBoltFile(path, this.#content());
  }

  /** Gives back what the rows took; nothing can be written then. */
  close(): void {
    this.#advisories.close();
    this.#vulnerabilities.close();
  }

  #advisory(
    bucket: string,
    source: DataSource,
    packageName: string,
    vulnerabilityId: string,
    record: AdvisoryRecord,
  ): void {
    if ([bucket, packageName, vulnerabilityId].includes('')) {
      return;
    }
    const { id, name, url, baseId } = source;
    const { values } = bucketAt(this.#others, ['data-source']);
    values.set(bucket, JSON.stringify({ ID: id, Name: name, URL: url, BaseID: baseId }));
    const value = JSON.stringify(record);
    this.#advisories.add({ place: bucket, name: packageName, key: vulnerabilityId, value });
  }

  #product(cpe: string): number {
    const known = this.#products.get(cpe) ?? firstProduct + this.#products.size;
    this.#products.set(cpe, known);
    bucketAt(this.#others, ['Red Hat CPE', 'cpe']).values.set(String(known), cpe);
    return known;
  }

  #about(place: 'details' | 'threats', id: string, source: string, value: SourceDetail | Threat): void {
    if (id !== '') {
      this.#vulnerabilities.add({ place, name: id, key: source, value: JSON.stringify(value) });
    }
  }

  /** All of it in the order of a bbolt file; read once from its beginning to its end. */
  *#content(): Generator<readonly [Uint8Array, BoltContent]> {
    const contents = new Map<string, () => BoltContent>([
      ['vulnerability', () => vulnerabilities(this.#vulnerabilities.sorted('details'))],
      [threatBucket, () => merged(this.#vulnerabilities.sorted('threats'))],
    ]);
    for (const place of this.#advisories.places()) {
      contents.set(place, () => packages(this.#advisories.sorted(place)));
    }
    for (const [name, bucket] of this.#others.buckets) {
      contents.set(name, () => contentOf(bucket));
    }
    for (const name of sortedKeys(contents)) {
      yield [Buffer.from(name), contents.get(name)?.() ?? []];
    }
  }
}

/** Rows that follow each other and have one name. */
function* byName(rows: Iterable<Row>): Generator<readonly [string, readonly Row[]]> {
  let open: Row[] = [];
  for (const row of rows) {
    const [first] = open;
    if (first !== undefined && first.name !== row.name) {
      yield [first.name, open];
      open = [];
    }
    open.push(row);
  }
  const [first] = open;
  if (first !== undefined) {
    yield [first.name, open];
  }
}

function* packages(rows: Iterable<Row>): Generator<readonly [Uint8Array, BoltContent]> {
  for (const [name, advisories] of byName(rows)) {
    const records = new Map<string, AdvisoryRecord>();
    for (const { key, value } of advisories) {
      const known = records.get(key);
      // What was written as one.
      const record = JSON.parse(value) as AdvisoryRecord;
      records.set(key, known === undefined ? record : merge(known, record));
    }
    const values = [...records].map(([key, record]) => [Buffer.from(key), json(record)] as const);
    yield [Buffer.from(name), values];
  }
}

/** What is known of each vulnerability; those that were given up are left out. */
function* vulnerabilities(rows: Iterable<Row>): Generator<readonly [Uint8Array, Uint8Array]> {
  for (const [id, said] of byName(rows)) {
    const details = new Map<string, SourceDetail>();
    for (const { key, value } of said) {
      // What was written as one.
      details.set(key, { ...details.get(key), ...(JSON.parse(value) as SourceDetail) });
    }
    if (!isRejected(details)) {
      yield [Buffer.from(id), json(mergeDetails(id, details))];
    }
  }
}

function* merged(rows: Iterable<Row>): Generator<readonly [Uint8Array, Uint8Array]> {
  for (const [id, all] of byName(rows)) {
    yield [Buffer.from(id), json(Object.assign({}, ...all.map(({ value }) => JSON.parse(value) as object)))];
  }
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function inMemory(content: BoltContent): MemoryBucket {
  const bucket = memoryBucket();
  for (const [key, value] of content) {
    const name = Buffer.from(key).toString();
    if (value instanceof Uint8Array) {
      bucket.values.set(name, Buffer.from(value).toString());
    } else {
      bucket.buckets.set(name, inMemory(value));
    }
  }
  return bucket;
}

/** What is not fixed is said of a whole release: `cpe:/o:redhat:enterprise_linux:8`, not of one of its repositories. */
function withGeneralForms(cpe: string): string[] {
  const general = /^cpe:\/[ao](:redhat:[^:]+:[^:]+)/.exec(cpe)?.[1];
  return general === undefined ? [cpe] : [cpe, `cpe:/o${general}`, `cpe:/a${general}`];
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
  const entries = [...(a.Entries ?? []), ...(b.Entries ?? [])];
  return entries.length === 0 ? merged : { ...merged, Entries: entries };
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
