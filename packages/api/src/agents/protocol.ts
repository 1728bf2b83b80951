/**
 * How agents and server speak. A number more for each change that the other side has to know of; neighbours understand
 * each other, and the newer one speaks as the older does.
 */
export const agentProtocol = 1;

/** Stands in every request and answer. */
export const protocolHeader = 'lanner-protocol';
/** Names the numbering of the records of a batch. */
export const spoolHeader = 'lanner-spool';

/** The name that the server's certificate has, whatever its address is. */
export const agentServerName = 'server.lanner.internal';

export const agentPaths = {
  /** The certificate of the server's authority, PEM; for whoever knows its fingerprint. */
  authority: '/v1/authority',
  enrol: '/v1/enrol',
  renew: '/v1/renew',
  batch: '/v1/batch',
  heartbeat: '/v1/heartbeat',
  /** Rules, exceptions and switches of the page. */
  rules: '/v1/rules',
} as const;

/** True when both sides understand each other. */
export function understands(own: number, other: number): boolean {
  return Number.isInteger(other) && Math.abs(own - other) <= 1;
}

/** Sent with a join token by an agent that has no certificate yet. */
export interface EnrolRequest {
  /** What people call the node. */
  readonly name: string;
  /** Public key of the agent, SPKI as PEM; EC P-256. */
  readonly key: string;
  /** Signature of `enrolText` by that key, base64url. */
  readonly proof: string;
  readonly version: string;
}

export interface EnrolAnswer {
  readonly id: string;
  /** PEM. */
  readonly certificate: string;
  readonly authority: string;
}

/** Sent with the old certificate. */
export interface RenewRequest {
  readonly key: string;
  /** Signature of `renewText`. */
  readonly proof: string;
}

export type RenewAnswer = Omit<EnrolAnswer, 'id'>;

/** What proves that whoever enrols has the private key. */
export function enrolText(secret: string, name: string, key: string): string {
  return `lanner enrol\n${secret}\n${name}\n${key}`;
}

export function renewText(id: string, key: string): string {
  return `lanner renew\n${id}\n${key}`;
}

/** What a spool has, and what it lost since it was made. */
export interface SpoolStats {
  /** Records that wait for the server. */
  readonly waiting: number;
  readonly bytes: number;
  /** When the oldest of them was spooled, ms since the epoch; null when none waits. May be that of a neighbour. */
  readonly oldestMs: number | null;
  readonly droppedBySize: number;
  readonly droppedByAge: number;
  readonly damaged: number;
}

/** A piece of a rule file that is about one rule. */
export interface RuleItem {
  readonly rule: string;
  /** As it stands in a file, with its line break. */
  readonly text: string;
}

/** What the page adds to the rules of every machine. */
export interface ServedRules {
  /** Names this set; another one for each change. */
  readonly revision: string;
  /** Text of a rule file; empty for none. */
  readonly own: string;
  readonly exceptions: readonly RuleItem[];
  readonly switches: readonly RuleItem[];
}

/** How long a set may be as JSON, in bytes; a longer one is not handed out. */
export const maxServedRulesBytes = 4 * 2 ** 20;
/** Characters of a revision, and of what an agent says of one that it refused. */
export const servedRulesLimits = { revision: 64, reason: 1000 } as const;

/** What of the page's rules runs at an agent. */
export interface AgentRules {
  /** Of the set that runs; null before the first. */
  readonly revision: string | null;
  /** Rules that its exceptions and switches name and that the agent does not have. */
  readonly unmatched: number;
  /** A set that the agent did not take, and goes on without; null when it took the last one. */
  readonly refused: { readonly revision: string; readonly reason: string } | null;
}

/** What evaluating the rules takes on a machine, of events that were timed since the rules were loaded. */
export interface RuleEvaluation {
  /** Events that were timed. */
  readonly events: number;
  /** ns that it takes to ask all rules about an event that some rule wants. */
  readonly nsPerEvent: number;
  /** The costliest first, each with its part of that, 0 to 1. */
  readonly rules: readonly { readonly rule: string; readonly share: number }[];
}

/** How many rules an agent tells of in a heartbeat, and how many characters their names may have. */
export const evaluationLimits = { rules: 60, name: 200 } as const;

/** How an agent is, as it tells. */
export interface AgentHealth {
  readonly version: string;
  readonly startedMs: number;
  /** off: it was told not to watch. */
  readonly sensor: 'running' | 'off' | 'failed';
  readonly events: number;
  /** Events that the kernel could not hand over. */
  readonly drops: number;
  /** Alerts that never reached the spool. */
  readonly alertsLost: number;
  /** Rules that did not see all that they need, and how long the one that was blind longest. */
  readonly blindRules: number;
  readonly blindSeconds: number;
  readonly spool: SpoolStats & {
    /** Records that the server did not want. */
    readonly refused: number;
  };
  /** What is missing, and the command that brings it. */
  readonly notes: readonly string[];
  /** Null, or absent from an older agent, where it takes no rules from the server. */
  readonly rules?: AgentRules | null;
  /** Null, or absent from an older agent, where nothing was timed yet. */
  readonly evaluation?: RuleEvaluation | null;
}

/** How many notes a heartbeat may have, and how many characters each. */
export const noteLimits = { count: 50, characters: 1000 } as const;

/** Answer to batches and heartbeats. */
export interface AgentAnswer {
  /** The last record of the spool that is on the server's disk; 0 for none. */
  readonly last: number;
  /** With a heartbeat: revision of the rules that the server has for agents; absent where it has none. */
  readonly rules?: string;
}

/** Ends each record of a batch: a character that stands in no JSON as it is. */
export const recordEnd = '\x1e';

/** A record of a batch: number, kind and payload; the payload is JSON, or lines of JSON. */
export function batchRecord(number: number, kind: string, payload: string): string {
  return `${number} ${kind} ${payload.replaceAll(recordEnd, ' ')}${recordEnd}`;
}
