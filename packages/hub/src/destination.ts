import type { Log } from '@lanner/core';
import type { ChildProcess } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';

/** One alert or internal message, printed: a line without its line break. */
export interface AlertMessage {
  readonly line: string;
  /** 0 Emergency … 7 Debug. */
  readonly priority: number;
}

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
}

/** A place where alerts go. Retries over time, order and limits are the queue's affair, not the destination's. */
export interface OpenDestination {
  /** Delivers a batch in order. Rejects when it could not be delivered; the queue counts it as dropped. */
  readonly send: (batch: readonly AlertMessage[]) => Promise<void>;
  /** Closes and opens again: what SIGUSR1 asks for after a log rotation. */
  readonly reopen?: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A kind of destination. Falco calls them outputs. */
export interface Destination {
  /** File name, and the name in messages and metrics. */
  readonly id: string;
  readonly title: string;
  /** One sentence for the docs. */
  readonly doc: string;
  /** Checks the settings and opens. Throws AppError 'config.invalid' for settings that cannot work. */
  readonly open: (settings: DestinationSettings, effects: DestinationEffects) => Promise<OpenDestination>;
}

/** Settings of a destination by their name in falco.yaml, such as `url` of `http_output`. */
export interface DestinationSettings {
  readonly text: (key: string) => string;
  readonly flag: (key: string) => boolean;
  readonly number: (key: string) => number;
  /** Messages are JSON lines, not text. */
  readonly json: boolean;
}

export function defineDestination(destination: Destination): Destination {
  return destination;
}
