import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AppendResult, BatchOrigin, TriageAction } from '../alert-store.ts';
import { triaged, type TriageState, untouched } from '../triage.ts';
import { encodeRecord } from './block.ts';
import { Dictionary } from './dictionary.ts';
import type { PackedAlert } from './record.ts';
import { fingerprintKind } from './words.ts';

interface Delta {
  count: number;
  lastUs: number;
}

/** Alerts that are not in a segment yet, and what is known of groups: the writing side. */
export class AlertTable {
  readonly dictionary: Dictionary;
  readonly #insertId: StatementSync;
  readonly #insert: StatementSync;
  readonly #sequence: StatementSync;
  readonly #setSequence: StatementSync;
  readonly #group: StatementSync;
  readonly #triage: StatementSync;
  readonly #setTriage: StatementSync;
  readonly #database: DatabaseSync;
  /** What the tail adds to groups; as many as the tail has alerts at most. */
  #delta = new Map<number, Delta>();
  #lastPosition = 0;
  #firstInTail = 1;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.dictionary = new Dictionary(database);
    this.#insertId = database.prepare('INSERT OR IGNORE INTO alert_id (id, position) VALUES (?, ?)');
    this.#insert = database.prepare(`INSERT INTO tail VALUES (${Array(14).fill('?').join()})`);
    this.#sequence = database.prepare('SELECT sequence FROM batch WHERE agent = ?');
    this.#setSequence = database.prepare('INSERT OR REPLACE INTO batch (agent, sequence) VALUES (?, ?)');
    this.#group = database.prepare('SELECT kept AS count, last_us FROM alert_group WHERE fingerprint = ?');
    this.#triage = database.prepare('SELECT state FROM triage WHERE fingerprint = ?');
    this.#setTriage = database.prepare(
      'INSERT OR REPLACE INTO triage (fingerprint, up_to, state) VALUES (?, ?, ?)',
    );
    this.reload();
  }

  get lastPosition(): number {
    return this.#lastPosition;
  }

  /** Alerts in the tail, about: there may be gaps. */
  get tailLength(): number {
    return this.#lastPosition - this.#firstInTail + 1;
  }

  /** Reads anew what is held in memory: at the start, after what was rolled back, and after the tail was cut. */
  reload(): void {
    this.dictionary.forget();
    this.#delta = new Map();
    const rows = this.#database
      .prepare('SELECT fingerprint, count(*) AS count, max(time_us) AS last FROM tail GROUP BY fingerprint')
      .all() as { fingerprint: number; count: number; last: number }[];
    for (const { fingerprint, count, last } of rows) {
      this.#delta.set(fingerprint, { count, lastUs: last });
    }
    const tail = this.#database
      .prepare('SELECT min(position) AS first, max(position) AS last FROM tail')
      .get() as {
      first: number | null;
      last: number | null;
    };
    this.#lastPosition = Math.max(tail.last ?? 0, lastNoted(this.#database));
    this.#firstInTail = tail.first ?? this.#lastPosition + 1;
  }

  append(alerts: readonly PackedAlert[], origin?: BatchOrigin): AppendResult {
    if (origin !== undefined) {
      const row = this.#sequence.get(origin.agent) as { sequence: number } | undefined;
      if (origin.sequence <= (row?.sequence ?? 0)) {
        return { stored: 0, lastPosition: this.#lastPosition };
      }
      this.#setSequence.run(origin.agent, origin.sequence);
    }
    let stored = 0;
    for (const alert of alerts) {
      stored += this.#appendOne(alert) ? 1 : 0;
    }
    return { stored, lastPosition: this.#lastPosition };
  }

  #appendOne(alert: PackedAlert): boolean {
    const position = this.#lastPosition + 1;
    if (this.#insertId.run(packId(alert.id), position).changes === 0) {
      return false;
    }
    const ids = alert.values.map((value, kind) => this.dictionary.idOf(kind, value));
    const { timeUs, receivedMs, priority, texts, rest } = alert;
    this.#insert.run(position, timeUs, receivedMs, priority, ...ids, encodeRecord(texts, rest));
    this.#lastPosition = position;
    this.#count(ids[fingerprintKind] as number, timeUs);
    return true;
  }

  #count(fingerprint: number, timeUs: number): void {
    const delta = this.#delta.get(fingerprint);
    if (delta === undefined) {
      this.#delta.set(fingerprint, { count: 1, lastUs: timeUs });
    } else {
      delta.count++;
      delta.lastUs = Math.max(delta.lastUs, timeUs);
    }
  }

  seen(fingerprints: readonly string[]): Map<string, Delta> {
    const known = new Map<string, Delta>();
    for (const fingerprint of fingerprints) {
      const id = this.dictionary.find(fingerprintKind, fingerprint);
      if (id !== null) {
        const delta = this.#delta.get(id);
        const row = this.#group.get(id) as { count: number; last_us: number } | undefined;
        const count = (delta?.count ?? 0) + (row?.count ?? 0);
        if (count > 0) {
          known.set(fingerprint, {
            count,
            lastUs: Math.max(delta?.lastUs ?? -Infinity, row?.last_us ?? -Infinity),
          });
        }
      }
    }
    return known;
  }

  act(fingerprints: readonly string[], action: TriageAction, by: string, atMs: number, upTo: number): number {
    for (const fingerprint of fingerprints) {
      const row = this.#triage.get(fingerprint) as { state: string } | undefined;
      const before = row === undefined ? untouched : (JSON.parse(row.state) as TriageState);
      const after = triaged(before, action, by, atMs, upTo);
      this.#setTriage.run(fingerprint, after.upTo, JSON.stringify(after));
    }
    return fingerprints.length;
  }
}

const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const digits = new Map(
  Array.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (digit, index): [number, number] => [
    digit.charCodeAt(0),
    index,
  ]),
);

/** A ULID as its 16 bytes; any other text as it is. */
export function packId(id: string): Uint8Array | string {
  if (!ulid.test(id)) {
    return id;
  }
  const bytes = new Uint8Array(16);
  // 26 digits of five bits are 130 bits; the first two are always zero.
  let pending = 0;
  let bits = -2;
  let at = 0;
  for (let index = 0; index < 26; index++) {
    pending = ((pending << 5) | (digits.get(id.charCodeAt(index)) ?? 0)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = pending >> bits;
    }
  }
  return bytes;
}

/** The last position that is noted: of what was packed, or of what a damaged store had. */
export function lastNoted(database: DatabaseSync): number {
  const { last } = database
    .prepare("SELECT max(value) AS last FROM counter WHERE name IN ('sealed_position', 'last_position')")
    .get() as { last: number | null };
  return last ?? 0;
}
