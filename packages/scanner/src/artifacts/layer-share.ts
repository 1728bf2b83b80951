import type { FileInfo } from '../analyzer.ts';
import type { Contribution } from '../model/index.ts';
import type { Problem } from './problems.ts';

/** What one thread found in its share of a layer, as plain data for the thread that puts all together. */
export interface LayerShare {
  readonly found: readonly FoundContribution[];
  readonly whiteouts: readonly string[];
  /** Files that are looked at together with those of the others. */
  readonly kept: readonly FileInfo[];
  readonly files: number;
  /** Bytes. */
  readonly size: number;
  readonly problems: readonly Problem[];
  readonly problemCount: number;
}

export interface FoundContribution {
  readonly contribution: Contribution;
  readonly path: string;
  readonly analyzer: string;
}
