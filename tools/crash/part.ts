import type { CrashResult, PartTitle } from './report.ts';

export interface PartInput {
  /** Empty, and removed after the run. */
  readonly folder: string;
  readonly cuts: number;
  readonly seed: number;
  readonly tell: (line: string) => void;
}

/** A part of the job: how often it cuts by itself, and what it does. */
export interface CrashPart extends PartTitle {
  readonly cuts: number;
  readonly run: (input: PartInput) => Promise<Omit<CrashResult, 'day' | 'seconds'>>;
}
