import type { Threat } from '../model/index.ts';
import type { AdvisoryDatabase } from './advisory-database.ts';
import type { Advisory } from './records.ts';

/** Several databases as one: what an earlier one says of a vulnerability wins. */
export function combinedDatabase(databases: readonly AdvisoryDatabase[]): AdvisoryDatabase {
  const [only] = databases;
  if (only !== undefined && databases.length === 1) {
    return only;
  }
  function union(read: (database: AdvisoryDatabase) => readonly Advisory[]): Advisory[] {
    const found = new Map<string, Advisory>();
    for (const database of databases) {
      for (const advisory of read(database)) {
        if (!found.has(advisory.vulnerabilityId)) {
          found.set(advisory.vulnerabilityId, advisory);
        }
      }
    }
    return [...found.values()];
  }
  function first<T>(read: (database: AdvisoryDatabase) => T | null): T | null {
    for (const database of databases) {
      const value = read(database);
      if (value !== null) {
        return value;
      }
    }
    return null;
  }
  /** One may know how likely it is, another that it happened. */
  function threatOf(id: string): Threat | null {
    let all: Threat = {};
    for (const database of databases) {
      all = { ...database.threat(id), ...all };
    }
    return Object.keys(all).length === 0 ? null : all;
  }
  return {
    advisories: (bucket, name) => union((database) => database.advisories(bucket, name)),
    advisoriesByPrefix: (prefix, name) => union((database) => database.advisoriesByPrefix(prefix, name)),
    detail: (id) => first((database) => database.detail(id)),
    redHatProducts: (kind, name) => databases.flatMap((database) => database.redHatProducts(kind, name)),
    threat: threatOf,
    answerHash(lookUp) {
      const hashes = databases.map((database) => database.answerHash(lookUp));
      return hashes.every((hash) => hash === '') ? '' : hashes.join(' ');
    },
    close: () => databases.forEach((database) => database.close()),
  };
}
