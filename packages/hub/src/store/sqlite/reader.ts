import type { DatabaseSync } from 'node:sqlite';
import type { GroupTriage } from '../alert-store.ts';
import type { DeadLetter } from '../delivery-store.ts';
import type { AuditEntry, DocumentKind, StoredDocument } from '../document-store.ts';
import { type TriageState, untouched } from '../triage.ts';
import { AlertReader } from './alert-reader.ts';
import { checkDatabase } from './check.ts';
import { FindingReader } from './finding-reader.ts';
import { deliveryStates } from './small-tables.ts';

export type ReaderMethods = ReturnType<typeof readerMethods>;

interface DocumentRow {
  readonly id: string;
  readonly value: string;
  readonly revision: number;
  readonly updated_ms: number;
}

/** What the reading thread can be asked. */

export function readerMethods(database: DatabaseSync, now: () => number) {
  const alerts = new AlertReader(database);
  const findings = new FindingReader(database, now);
  const triage = async (fingerprint: string): Promise<GroupTriage> => {
    const { upTo, ...state } = triageState(database, fingerprint);
    const acknowledged = upTo > 0 && (await alerts.lastOf(fingerprint)) <= upTo;
    return { ...state, status: acknowledged ? 'acknowledged' : 'open' };
  };
  return {
    ...alertMethods(alerts, triage),
    ...smallMethods(database, alerts),
    findFindings: findings.search.bind(findings),
    countFindings: findings.count.bind(findings),
    findingFacets: findings.facets.bind(findings),
    lookAtFindings: findings.look.bind(findings),
    artifacts: findings.artifacts.bind(findings),
    trend: findings.trend.bind(findings),
    getInventory: findings.getInventory.bind(findings),
    evidence: findings.evidence.bind(findings),
    check: () => checkDatabase(database),
  };
}

function alertMethods(alerts: AlertReader, triage: (fingerprint: string) => Promise<GroupTriage>) {
  return {
    get: alerts.get.bind(alerts),
    search: alerts.search.bind(alerts),
    count: alerts.count.bind(alerts),
    facets: alerts.facets.bind(alerts),
    histogram: alerts.histogram.bind(alerts),
    groups: async (...args: Parameters<AlertReader['groups']>) => {
      const { groups, cursor } = await alerts.groups(...args);
      const whole = [];
      for (const group of groups) {
        whole.push({ ...group, triage: await triage(group.fingerprint) });
      }
      return { groups: whole, cursor };
    },
    fingerprints: alerts.fingerprints.bind(alerts),
    after: alerts.after.bind(alerts),
    lastPosition: alerts.lastPosition.bind(alerts),
    triage,
  };
}

function triageState(database: DatabaseSync, fingerprint: string): TriageState {
  const row = database.prepare('SELECT state FROM triage WHERE fingerprint = ?').get(fingerprint) as
    { state: string } | undefined;
  return row === undefined ? untouched : (JSON.parse(row.state) as TriageState);
}

function smallMethods(database: DatabaseSync, alerts: AlertReader) {
  return {
    lastSequence: (agent: string): number => {
      const row = database.prepare('SELECT sequence FROM batch WHERE agent = ?').get(agent) as
        { sequence: number } | undefined;
      return row?.sequence ?? 0;
    },
    deliveryStates: () => deliveryStates(database),
    deadLetters: (
      destination: string | null,
      limit: number,
      before = Number.MAX_SAFE_INTEGER,
    ): DeadLetter[] => {
      const rows = database
        .prepare(
          `SELECT id, destination, position, reason, attempts, at_ms FROM dead_letter
          WHERE id < ?1 AND (?2 IS NULL OR destination = ?2) ORDER BY id DESC LIMIT ?3`,
        )
        .all(before, destination, limit) as {
        id: number;
        destination: string;
        position: number;
        reason: string;
        attempts: number;
        at_ms: number;
      }[];
      return rows.flatMap(({ position, at_ms, ...rest }) => {
        const [alert] = alerts.after(position - 1, 1);
        return alert === undefined ? [] : [{ ...rest, atMs: at_ms, alert }];
      });
    },
    getDocument: (kind: DocumentKind, id: string): StoredDocument | null => {
      const row = database
        .prepare('SELECT id, value, revision, updated_ms FROM document WHERE kind = ? AND id = ?')
        .get(kind, id) as DocumentRow | undefined;
      return row === undefined ? null : documentOf(row);
    },
    listDocuments: (kind: DocumentKind): StoredDocument[] => {
      const rows = database
        .prepare('SELECT id, value, revision, updated_ms FROM document WHERE kind = ? ORDER BY id')
        .all(kind) as unknown as DocumentRow[];
      return rows.map(documentOf);
    },
    listAudit: (
      limit: number,
      before = Number.MAX_SAFE_INTEGER,
    ): (AuditEntry & { readonly id: number })[] => {
      const rows = database
        .prepare('SELECT id, entry FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?')
        .all(before, limit) as {
        id: number;
        entry: string;
      }[];
      return rows.map(({ id, entry }) => ({ ...(JSON.parse(entry) as AuditEntry), id }));
    },
    numbers: () => ({ alerts: countAlerts(database), counters: counters(database) }),
  };
}

function documentOf({ id, value, revision, updated_ms }: DocumentRow): StoredDocument {
  return { id, value: JSON.parse(value), revision, updatedMs: updated_ms };
}

function countAlerts(database: DatabaseSync): number {
  const row = database
    .prepare(
      'SELECT (SELECT coalesce(sum(rows - skip), 0) FROM segment) + (SELECT count(*) FROM tail) AS alerts',
    )
    .get() as { alerts: number };
  return row.alerts;
}

function counters(database: DatabaseSync): Readonly<Record<string, number>> {
  const rows = database.prepare('SELECT name, value FROM counter').all() as { name: string; value: number }[];
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
