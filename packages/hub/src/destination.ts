import type { FalcoEvent } from '@lanner/api';
import type { Log } from '@lanner/core';
import type { ChildProcess } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';

/** One alert or internal message, printed: a line without its line break. */
export interface AlertMessage {
  readonly line: string;
  /** 0 Emergency … 7 Debug. */
  readonly priority: number;
  /** JSON with facts, lineage and leaves of the condition, for a store; never part of what goes out. */
  readonly inside?: string;
  /** What the server delivers has it; the outputs of falco.yaml get lines only. */
  readonly event?: FalcoEvent;
}

/** A message of the server, for destinations of falcosidekick's configuration. */
export type EventMessage = AlertMessage & { readonly event: FalcoEvent };

/** A file that is open for appending. */
export interface AppendFile {
  readonly append: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What destinations do to the world; passed in, so that tests use fakes. */
export interface DestinationEffects {
  readonly log: Log;
  /** Writes to standard output and waits until it was taken. */
  readonly writeStdout: (text: string) => Promise<void>;
  readonly openAppend: (path: string) => Promise<AppendFile>;
  readonly readFile: (path: string) => Promise<Buffer>;
  /** Certificates of a folder, joined. */
  readonly readFolder: (path: string) => Promise<Buffer[]>;
  /** Starts a program without a shell; its standard input is a pipe, the rest is inherited. */
  readonly spawn: (
    argv: readonly string[],
    stdin: 'pipe' | ChildProcess,
    stdout: 'inherit' | 'pipe',
  ) => ChildProcess;
  readonly request: (url: URL, options: RequestOptions, body: Buffer) => Promise<IncomingMessage>;
  readonly now: () => Date;
  /** A variable of the environment; undefined when it is not set. */
  readonly environment: (name: string) => string | undefined;
  /** Longest wait for a connection or an answer of a server, in milliseconds. */
  readonly timeoutMs: number;
}

/** A place where alerts go. Retries over time, order and limits are the queue's affair, not the destination's. */
export interface OpenDestination {
  /**
   * Delivers a batch in order; `delivered` is told how many messages of it have arrived so far, so that only the rest is
   * sent again after a failure. Rejects with AppError 'output.rejected' when the next message can never be delivered,
   * and with any other error when a later attempt may succeed.
   */
  readonly send: (batch: readonly AlertMessage[], delivered?: (count: number) => void) => Promise<void>;
  /** Told of deliveries to other destinations, by their name in metrics; for destinations that carry metrics. */
  readonly note?: (output: string, status: 'ok' | 'error', count: number) => void;
  /** Told of alerts that came in and were not accepted; for destinations that carry metrics. */
  readonly noteRejected?: (count: number) => void;
  /** Closes and opens again: what SIGUSR1 asks for after a log rotation. */
  readonly reopen?: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Whom a destination is for: people are told of what is new, machines get everything. */
export type Audience = 'people' | 'machines';

/** A kind of destination. Falco calls them outputs. */
export interface Destination {
  /** File name, and the name in messages and metrics. */
  readonly id: string;
  readonly title: string;
  /** One sentence for the docs. */
  readonly doc: string;
  /** Absent for the outputs of falco.yaml. */
  readonly sidekick?: SidekickPlace;
  /** Checks the settings and opens. Throws AppError 'config.invalid' for settings that cannot work. */
  readonly open: (settings: DestinationSettings, effects: DestinationEffects) => Promise<OpenDestination>;
}

/** Where a destination stands in falcosidekick's configuration; its keys are in `sidekick-config/keys.json`. */
export interface SidekickPlace {
  /** Path of its section, such as `slack` or `aws.s3`. */
  readonly section: string;
  /** Keys of the section that switch it on when none of them is empty. */
  readonly enabledBy: readonly string[];
  /** The value of the label `destination` in metrics. */
  readonly metricName: string;
  readonly audience: Audience;
}

/** Paths of PEM files; empty where there is none. */
export interface ClientTls {
  /** Authorities beside those of the system. */
  readonly caFile: string;
  /** The client's own, sent where a section says `mutualtls`; `mutualCaFile` are then the authorities. */
  readonly certFile: string;
  readonly keyFile: string;
  readonly mutualCaFile: string;
}

/**
 * Settings by their name in the destination's section: `url` of `http_output`, `webhookurl` of `slack`. A name that begins
 * with a dot is that of a key anywhere: `.aws.region`.
 */
export interface DestinationSettings {
  readonly text: (key: string) => string;
  readonly flag: (key: string) => boolean;
  readonly number: (key: string) => number;
  readonly list: (key: string) => readonly string[];
  readonly map: (key: string) => Readonly<Record<string, string>>;
  /** Names of the custom and templated fields, which some destinations make labels or columns of. */
  readonly addedFields?: readonly string[];
  /** Certificates of the clients, for all sections; absent for falco.yaml, whose outputs have their own. */
  readonly tls?: ClientTls;
  /** Messages are JSON lines, not text. */
  readonly json: boolean;
}

export function defineDestination(destination: Destination): Destination {
  return destination;
}
