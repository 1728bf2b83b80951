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

export function readerMethods(database: DatabaseSync, now: () => number, onDamage: () => void) {
  const alerts = new AlertReader(database, onDamage);
  const findings = new FindingReader(database, now);
  const triage = (fingerprints: readonly string[]): GroupTriage[] => triageOf(database, alerts, fingerprints);
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
    /** After something was made anew. */
    forget: alerts.forget.bind(alerts),
    check: () => checkDatabase(database).problems,
  };
}

function alertMethods(alerts: AlertReader, triage: (fingerprints: readonly string[]) => GroupTriage[]) {
  return {
    get: alerts.get.bind(alerts),
    search: alerts.search.bind(alerts),
    look: alerts.look.bind(alerts),
    ruleFigures: alerts.rules.bind(alerts),
    groups: async (...args: Parameters<AlertReader['groups']>) => {
      const { groups, cursor } = await alerts.groups(...args);
      const triages = triage(groups.map(({ fingerprint }) => fingerprint));
      return {
        groups: groups.map((group, index) => ({ ...group, triage: triages[index] as GroupTriage })),
        cursor,
      };
    },
    fingerprints: alerts.fingerprints.bind(alerts),
    after: alerts.after.bind(alerts),
    lastPosition: alerts.lastPosition.bind(alerts),
    oldestUs: alerts.oldestUs.bind(alerts),
    triage: (fingerprint: string): GroupTriage => triage([fingerprint])[0] as GroupTriage,
  };
}

/** One for each group, in order. An acknowledged group is open again when an alert comes that nobody has seen. */
function triageOf(
  database: DatabaseSync,
  alerts: AlertReader,
  fingerprints: readonly string[],
): GroupTriage[] {
  const states = fingerprints.map((fingerprint) => triageState(database, fingerprint));
  const acknowledged = new Map(
    states.flatMap(({ upTo }, index) => (upTo > 0 ? [[fingerprints[index] ?? '', upTo] as const] : [])),
  );
  const goingOn = alerts.goingOn(acknowledged);
  return states.map(({ upTo, ...state }, index) => ({
    ...state,
    status: upTo > 0 && !goingOn.has(fingerprints[index] ?? '') ? 'acknowledged' : 'open',
  }));
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

/** Without those of one artifact each. */
function counters(database: DatabaseSync): Readonly<Record<string, number>> {
  const rows = database.prepare("SELECT name, value FROM counter WHERE instr(name, '/') = 0").all() as {
    name: string;
    value: number;
  }[];
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
