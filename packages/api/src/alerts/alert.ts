import type { FalcoEvent, PriorityName } from './falco-event.ts';

/** A process of an alert's lineage, nearest first. */
export interface LineageProcess {
  readonly name: string;
  readonly exe: string;
  readonly args: string;
  readonly pid: number;
  /** Nanoseconds since the epoch, as decimal text; empty when unknown. */
  readonly startTimeNs: string;
}

/** Where an alert came from; empty texts where it says nothing. */
export interface Workload {
  readonly namespace: string;
  readonly pod: string;
  /** First twelve characters of the id; `host` for processes of the host. */
  readonly containerId: string;
  readonly container: string;
  /** Repository and tag. */
  readonly image: string;
}

/** An alert as it is handed to the store. */
export interface NewAlert {
  /** ULID. An alert whose id is stored already is not stored again. */
  readonly id: string;
  /** Milliseconds since the epoch at which the server took it. */
  readonly receivedMs: number;
  /** Microseconds since the epoch of `event.time`; searches go by this. */
  readonly timeUs: number;
  readonly event: FalcoEvent;
  /** The machine; `event.hostname` of alerts from elsewhere, empty when unknown. */
  readonly node: string;
  readonly workload: Workload;
  /** What alerts of one group share: rule, workload, program, target (`fingerprintOf`), as 16 hexadecimal digits. */
  readonly fingerprint: string;
  /** Typed values of the fields that condition, exceptions and output name; absent for alerts of a real Falco. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly lineage?: readonly LineageProcess[];
  /** Leaves of the condition that were true, printed. */
  readonly matched?: readonly string[];
}

/** Triage is a matter of groups: alerts that come after an acknowledgement open their group again. */
export type GroupStatus = 'open' | 'acknowledged';

export interface StoredAlert extends NewAlert {
  /** Order of arrival; grows, with gaps. */
  readonly position: number;
  /** Whether its group was acknowledged after it came. */
  readonly status: GroupStatus;
  /** Why nobody was notified: a silence's id, `known`, `budget`, `muted`; null when it was not held back. */
  readonly held: string | null;
}

/** What alerts can be narrowed down to and counted by. */
export const alertFacets = [
  'priority',
  'rule',
  'source',
  'hostname',
  'tags',
  'namespace',
  'pod',
  'container',
  'image',
  'fingerprint',
  'status',
] as const;

export type AlertFacet = (typeof alertFacets)[number];

/** Which alerts: all conditions hold at once. Values are exact, not word matches. */
export interface AlertQuery {
  /** Microseconds since the epoch: from (inclusive) and to (exclusive). */
  readonly fromUs?: number;
  readonly toUs?: number;
  /** Any of the values of a facet. */
  readonly any?: Readonly<Partial<Record<AlertFacet, readonly string[]>>>;
  /** None of the values of a facet. */
  readonly none?: Readonly<Partial<Record<AlertFacet, readonly string[]>>>;
  /** At least as urgent as this. */
  readonly minPriority?: PriorityName;
  /**
   * Words that all occur in output, rule, host or the values of output fields, in any order and any case; a text in
   * double quotes occurs as it stands, as whole words (in any case); a word that ends in `*` begins one. Letters and
   * digits of any script make up words; what lies between them (`/etc/shadow`, `web-12`) has to occur as it stands.
   */
  readonly text?: string;
  /** A text that occurs in one of these as it stands, in any case, also within words. */
  readonly contains?: string;
}
