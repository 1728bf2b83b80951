import type { AlertQuery } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { TriageAction } from '../alert-store.ts';
import { checkDocument } from '../check-document.ts';
import { checkHistogram } from '../check-query.ts';
import type { Store } from '../store.ts';
import type { ReaderMethods } from './reader.ts';
import { packAlert } from './record.ts';
import type { WriterMethods } from './writer.ts';

export type StorePorts = Pick<
  Store,
  'alerts' | 'deliveries' | 'findings' | 'evidence' | 'documents' | 'audit'
>;

type Ask<Methods> = <Name extends keyof Methods & string>(
  name: Name,
  ...args: Methods[Name] extends (...args: infer Args) => unknown ? Args : never
) => Promise<Methods[Name] extends (...args: never[]) => infer Result ? Awaited<Result> : never>;

export interface PortOptions {
  readonly write: Ask<WriterMethods>;
  readonly read: Ask<ReaderMethods>;
  readonly now: () => number;
}

/** The ports of the store as questions to its threads. */
export function portsOf({ write, read }: PortOptions): StorePorts {
  return {
    alerts: alertPort(write, read),
    deliveries: {
      open: (destination) => write('openDelivery', destination),
      advance: (destination, position, delivered) => write('advance', destination, position, delivered),
      bury: (...args) => write('bury', ...args),
      deadLetters: (destination, limit, before) => read('deadLetters', destination, limit, before),
      forget: (ids) => write('forget', ids),
      states: () => read('deliveryStates'),
    },
    documents: {
      get: (kind, id) => read('getDocument', kind, id),
      list: (kind) => read('listDocuments', kind),
      put: async (kind, id, value, revision) =>
        write('putDocument', kind, id, checkDocument(kind, id, value), revision),
      remove: (kind, id) => write('removeDocument', kind, id),
    },
    audit: {
      append: (entry) => write('audit', entry),
      list: (limit, before) => read('listAudit', limit, before),
    },
    findings: {
      record: (artifact, findings, atMs, part) => write('recordFindings', artifact, findings, atMs, part),
      retire: (artifactKey, atMs) => write('retire', artifactKey, atMs),
      search: (query, limit, cursor) => read('findFindings', query, limit, cursor),
      count: (query) => read('countFindings', query),
      facets: (query, facets, limit) => read('findingFacets', query, facets, limit),
      look: (query, ask) => read('lookAtFindings', query, ask),
      artifacts: (asOfMs) => read('artifacts', asOfMs),
      trend: (fromMs, toMs, steps) => read('trend', fromMs, toMs, steps),
      putInventory: (artifactKey, bytes, atMs) => write('putInventory', artifactKey, bytes, atMs),
      getInventory: (artifactKey) => read('getInventory', artifactKey),
    },
    evidence: {
      record: (rows) => write('recordEvidence', rows),
      list: (artifact, asOfMs) => read('evidence', artifact, asOfMs),
    },
  };
}

function alertPort(write: Ask<WriterMethods>, read: Ask<ReaderMethods>): StorePorts['alerts'] {
  return {
    append: (alerts, held, origin) => {
      if (held.length !== alerts.length) {
        return Promise.reject(new AppError('store.failed', 'held is not as long as alerts'));
      }
      return write(
        'append',
        alerts.map((alert, index) => packAlert(alert, held[index] ?? null)),
        origin,
      );
    },
    get: (id) => read('get', id),
    search: (query, limit, cursor) => read('search', query, limit, cursor),
    look: (query, ask) => read('look', query, ask),
    count: async (query) => (await read('look', query, {})).count,
    facets: async (query, facets, limit) => (await read('look', query, { facets, values: limit })).facets,
    rules: (query) => read('ruleFigures', query),
    histogram: async (query, buckets, by) => {
      const { fromUs, toUs } = checkHistogram(query, buckets);
      return (await read('look', query, { histogram: { fromUs, toUs, buckets, by } })).buckets;
    },
    groups: (query, limit, cursor) => read('groups', query, limit, cursor),
    triage: (fingerprint) => read('triage', fingerprint),
    act: async (query: AlertQuery, action: TriageAction, by: string, atMs: number) => {
      // What comes after this moment opens its group again.
      const upTo = await read('lastPosition');
      return write('act', await read('fingerprints', query), action, by, atMs, upTo);
    },
    after: (position, limit) => read('after', position, limit),
    lastPosition: () => read('lastPosition'),
    oldestUs: () => read('oldestUs'),
    lastSequence: (agent) => read('lastSequence', agent),
    seen: (fingerprints) => write('seen', fingerprints),
  };
}
