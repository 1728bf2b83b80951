import { AppError } from '@lanner/core';
import { createHash } from 'node:crypto';
import type { DataSource, Threat, VulnerabilityDetail } from '../model/index.ts';
import type { BucketStore } from './bucket-store.ts';
import { threatBucket } from './build/sink.ts';
import { type Advisory, parseAdvisory, parseDataSource, parseDetail } from './records.ts';

/** A look-up that matching makes. What it gives decides what is found. */
export interface LookUp {
  readonly kind: 'bucket' | 'prefix' | 'repository' | 'nvr';
  /** Bucket or prefix; empty for products of Red Hat. */
  readonly bucket: string;
  readonly name: string;
}

/** What matching asks an advisory database. Every method throws AppError 'database.format' for a damaged one. */
export interface AdvisoryDatabase {
  /** Advisories on a package in one bucket, such as `debian 12`, by the order of their ids. */
  readonly advisories: (bucket: string, packageName: string) => Advisory[];
  /** The same for all buckets whose name starts so, such as `pip::`; the last of an id wins. */
  readonly advisoriesByPrefix: (prefix: string, packageName: string) => Advisory[];
  /** null for an id that is not known or was rejected. */
  readonly detail: (vulnerabilityId: string) => VulnerabilityDetail | null;
  /** Indexes of the products of Red Hat that a content set or an image belongs to. */
  readonly redHatProducts: (kind: 'repository' | 'nvr', name: string) => readonly number[];
  /** How likely a vulnerability is to be exploited; null when that is not known. */
  readonly threat: (vulnerabilityId: string) => Threat | null;
  /** A hash of what a look-up gives, without reading what it says; empty when it gives nothing. */
  readonly answerHash: (lookUp: LookUp) => string;
  readonly close: () => void;
}

/** Details that are kept: the same vulnerability is often in many packages of a scan. */
const keptDetails = 2000;

/** A database with the buckets of trivy-db, schema 2. */
export class BucketDatabase implements AdvisoryDatabase {
  readonly #store: BucketStore;
  readonly #sources = new Map<string, DataSource | undefined>();
  readonly #details = new Map<string, VulnerabilityDetail | null>();

  constructor(store: BucketStore) {
    this.#store = store;
  }

  readonly advisories = (bucket: string, packageName: string): Advisory[] => {
    const found: Advisory[] = [];
    for (const [id, value] of this.#store.values([bucket, packageName])) {
      if (value.length > 0) {
        found.push(parseAdvisory(id, value.toString(), this.#source(bucket)));
      }
    }
    return found;
  };

  readonly advisoriesByPrefix = (prefix: string, packageName: string): Advisory[] => {
    const found = new Map<string, Advisory>();
    for (const bucket of this.#store.buckets([], prefix)) {
      for (const advisory of this.advisories(bucket, packageName)) {
        found.set(advisory.vulnerabilityId, advisory);
      }
    }
    return [...found.values()];
  };

  readonly detail = (vulnerabilityId: string): VulnerabilityDetail | null => {
    const kept = this.#details.get(vulnerabilityId);
    if (kept !== undefined) {
      return kept;
    }
    const value = this.#store.get(['vulnerability'], vulnerabilityId);
    const detail = value === null || value.length === 0 ? null : parseDetail(value.toString());
    if (this.#details.size >= keptDetails) {
      this.#details.clear();
    }
    this.#details.set(vulnerabilityId, detail);
    return detail;
  };

  readonly redHatProducts = (kind: 'repository' | 'nvr', name: string): readonly number[] => {
    const value = this.#store.get(['Red Hat CPE', kind], name)?.toString() ?? '[]';
    if (!/^\[[\s0-9,]*\]$/.test(value)) {
      throw new AppError('database.format', `the products of ${name} are no list of numbers`);
    }
    return value.match(/[0-9]+/g)?.map(Number) ?? [];
  };

  readonly threat = (vulnerabilityId: string): Threat | null => {
    const value = this.#store.get([threatBucket], vulnerabilityId);
    // Only this program writes the bucket.
    return value === null ? null : (JSON.parse(value.toString()) as Threat);
  };

  readonly answerHash = ({ kind, bucket, name }: LookUp): string => {
    if (kind === 'repository' || kind === 'nvr') {
      return this.redHatProducts(kind, name).join(' ');
    }
    const hash = createHash('sha1');
    let isEmpty = true;
    for (const one of kind === 'prefix' ? this.#store.buckets([], bucket) : [bucket]) {
      for (const [id, value] of this.#store.values([one, name])) {
        isEmpty = false;
        hash.update(`${one}\0${id}\0`).update(value);
      }
    }
    return isEmpty ? '' : hash.digest('base64').slice(0, 16);
  };

  readonly close = (): void => this.#store.close();

  #source(bucket: string): DataSource | undefined {
    if (!this.#sources.has(bucket)) {
      const value = this.#store.get(['data-source'], bucket);
      this.#sources.set(bucket, value === null ? undefined : parseDataSource(value.toString()));
    }
    return this.#sources.get(bucket);
  }
}
