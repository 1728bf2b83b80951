import type { Log } from '@lanner/core';
import type { AnalysisProcess, Scanner } from '@lanner/scanner';
import type { CommandEnvironment } from '../command.ts';
import type { ScanKind, ScanSettings } from './options.ts';
import type { ScanProgress } from './progress.ts';

/** What one scan is told. */
export interface ScanContext {
  readonly environment: CommandEnvironment;
  readonly settings: ScanSettings;
  readonly kind: ScanKind;
  /** Path, name or address, without a login; empty for an image that is given by `--input`. */
  readonly target: string;
  /** The header that says the login which the address of a repository had. */
  readonly login: string | null;
  readonly scanners: ReadonlySet<Scanner>;
  /** Packages are wanted, whatever is looked for. */
  readonly listsPackages: boolean;
  readonly log: Log;
  readonly progress: ScanProgress;
  /** The only folder that is written in before the report. */
  readonly folder: string;
  readonly cacheFolder: string;
  /** A process that reads the target: each call gives another one. */
  readonly analysisProcess: () => AnalysisProcess;
  /** Aborted by a stop of the program and when the time is over. */
  readonly signal: AbortSignal;
}
