import type { AppError, ErrorCode, LogDetails, LogLevel } from '@lanner/core';
import type { Container, Group, RuleTimes, User } from '@lanner/engine';
import type { KernelCounters } from '@lanner/hub';
import type { FdRecord, InterfaceRecord, MachineRecord, StateStats, ThreadRecord } from '@lanner/sensor';
import type { RuleProgram, RuleReport } from '../detect/rule-program.ts';
import type { BlindInterval, BlindTime } from './blind.ts';
import type { BaseSyscalls } from './interest.ts';
import type { RecordedPiece, RecordSettings } from './recorder.ts';
import type { Budget } from './shedder.ts';
import type { RingSettings, ScopeSelection } from './sensor-port.ts';

/** What is said of the system before its events; any of it may come in pieces. */
export interface SystemRecords {
  readonly machine?: MachineRecord;
  readonly interfaces?: readonly InterfaceRecord[];
  readonly users?: readonly User[];
  readonly groups?: readonly Group[];
  readonly threads?: readonly ThreadRecord[];
  readonly fds?: readonly (readonly [tid: number, record: FdRecord])[];
}

/** When threads whose exit was missed are looked for, and how long they must have been without an event. */
export interface PurgeSettings {
  readonly intervalMs: number;
  readonly idleMs: number;
}

export interface OpenSettings extends RingSettings {
  readonly scope: ScopeSelection | null;
  /** Bytes recorded of data that is sent or received. */
  readonly snapLength: number;
  /** Calls that failed are passed over. */
  readonly dropsFailed: boolean;
  readonly purge: PurgeSettings;
  readonly base: BaseSyscalls;
  /**
   * A process that waits to become another program: what it does until then is nobody's behaviour, so that no rule sees
   * it. null: there is none.
   */
  readonly heldPid: number | null;
  readonly budget: Budget;
  /** null: nothing is recorded. */
  readonly record: RecordSettings | null;
}

/** What the main thread asks of the one that owns ring, state and rules. */
export interface EngineCalls {
  /** Starts to make the sensor ready, which goes on while rules are loaded. What fails is told by `open`. */
  readonly prepare: (rings: RingSettings) => Promise<void>;
  /** Loads rules and runs them from the next event on, if all files were accepted. */
  readonly load: (program: RuleProgram) => RuleReport;
  /** Opens the sensor; events wait in the ring until `begin`. */
  readonly open: (settings: OpenSettings) => Promise<void>;
  readonly records: (records: SystemRecords) => void;
  readonly begin: () => void;
  /** The start is over: memory that only it needed goes back to the system. */
  readonly settle: () => void;
  readonly addToScope: (tgid: number) => void;
  /** The answer about a container; null: nobody knows it. */
  readonly container: (answer: ContainerAnswer) => void;
  /** A container has been made, and may be seen soon. */
  readonly announce: (container: Container) => void;
  /** A container has been removed by its runtime. */
  readonly removed: (container: Container) => void;
  /** Where the host names of the rules lead, as texts; in place of what was told before. */
  readonly hostNames: (names: readonly ResolvedName[]) => void;
  /** Takes in what has happened until now, and closes the sensor. */
  readonly stop: () => LiveFigures;
}

export type ResolvedName = readonly [name: string, addresses: readonly string[]];

/** A container of which only the id is known, and a process in it. */
export interface ContainerQuestion {
  readonly id: string;
  readonly cgroup: string;
  readonly tid: number;
}

export interface ContainerAnswer {
  readonly id: string;
  readonly container: Container | null;
  /** What the container's own files name. */
  readonly users?: readonly User[];
  readonly groups?: readonly Group[];
}

export type EngineCall = {
  [K in keyof EngineCalls]: { readonly call: K; readonly argument: Parameters<EngineCalls[K]>[0] };
}[keyof EngineCalls];

export type EngineRequest = EngineCall & { readonly id: number };

/** An alert that has been printed. */
export interface LiveAlert {
  readonly line: string;
  /** What it has inside as JSON; absent when nobody keeps it. */
  readonly inside?: string;
  /** Place of the rule in the report of the program that raised it. */
  readonly rule: number;
  /** Which program: counts from 1 with each that was accepted. */
  readonly program: number;
  /** ms since 1970 at which the event happened. */
  readonly eventMs: number;
}

export interface LiveFigures {
  readonly events: number;
  readonly state: StateStats;
  readonly kernel: KernelCounters;
  /** Losses by the number of the event type. */
  readonly lostByType: readonly (readonly [type: number, count: number])[];
  readonly blind: readonly (readonly [rule: string, time: BlindTime])[];
  /** Alerts that were printed before what is known of their container had come. */
  readonly incompleteAlerts: number;
  /** Events that captures lack, as their files did not keep up. */
  readonly omittedEvents: number;
  /** Alerts that were dropped since the main thread did not keep up. */
  readonly droppedAlerts: number;
  /** Threads that the process file system was asked for, and those for which there was no time. */
  readonly lookups: number;
  readonly skippedLookups: number;
  /** What the rules took since they were loaded; null where nothing is timed. */
  readonly ruleTimes: RuleTimes | null;
}

export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly details: Record<string, unknown>;
}

/** What the thread that owns the ring tells. */
export type EngineMessage =
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly error: PlainError }
  | { readonly kind: 'alerts'; readonly alerts: readonly LiveAlert[] }
  | { readonly kind: 'figures'; readonly figures: LiveFigures }
  | { readonly kind: 'piece'; readonly piece: RecordedPiece }
  | { readonly kind: 'container'; readonly question: ContainerQuestion }
  | { readonly kind: 'blind'; readonly intervals: readonly BlindInterval[] }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly details: LogDetails;
    };

/** Names the descriptor to which a number is to be written after each message from now on: see Bell. */
export interface BellMessage {
  readonly kind: 'bell';
  readonly fd: number;
}

/** How much of what was sent no longer waits: alerts, and bytes of captures. */
export interface Taken {
  readonly alerts: number;
  readonly bytes: number;
}

export function plainError({ code, message, hint, details }: AppError): PlainError {
  return { code, message, hint, details };
}
