import type { LogDetails, LogLevel } from '@lanner/core';
import type { WantedPom } from '../../maven/wanted-pom.ts';
import type { AnalysisSettings } from '../analysis-settings.ts';
import type { FolderRound } from '../folder-rounds.ts';
import type { LayerContent } from '../image.ts';
import type { LayerResult } from '../layer-analyzer.ts';
import type { Reading } from '../layer-runner.ts';
import type { LayerShare } from '../layer-share.ts';
import type { ArtifactLimits } from '../limits.ts';
import type { Problem } from '../problems.ts';

/** What a process or thread that analyzes is told first. */
export interface AnalysisSetup {
  readonly settings: AnalysisSettings;
  readonly limits: ArtifactLimits;
  /** The only folder that may be written in. */
  readonly folder: string;
  /** Layers that are worked on at once. */
  readonly width: number;
  /** It tells what it is about to look at: an earlier process ended, and nobody knows at what. */
  readonly isCareful?: boolean;
}

export type Job = {
  readonly id: number;
  /** What is passed over. */
  readonly leftOut: readonly Problem[];
} & (
  | { readonly kind: 'layer'; readonly content: LayerContent; readonly diffId: string | null }
  | { readonly kind: 'folder'; readonly path: string }
);

/** The answer to `fetch`, in its order; null for a POM that there is not. */
export interface FetchedPoms {
  readonly kind: 'fetched';
  readonly question: number;
  readonly poms: readonly (Uint8Array | null)[];
}

export type ToAnalysis = { readonly kind: 'setup'; readonly setup: AnalysisSetup } | Job | FetchedPoms;

/** What a thread is told besides: to look at some of the files of a folder that another one walks. */
export type ToLane =
  | ToAnalysis
  | { readonly kind: 'help'; readonly root: string; readonly isOverlay: boolean }
  | { readonly kind: 'round'; readonly round: FolderRound }
  | { readonly kind: 'rounds-over' };

/** An error as plain data; `code` is null for a bug. */
export interface PlainError {
  readonly code: string | null;
  readonly message: string;
  readonly hint?: string;
}

export type FromAnalysis =
  /** Files that only someone with a network has; answered by `fetched` with the same number. */
  | { readonly kind: 'fetch'; readonly question: number; readonly wanted: readonly WantedPom[] }
  | { readonly kind: 'reading'; readonly id: number; readonly reading: Reading }
  | { readonly kind: 'bytes'; readonly id: number; readonly count: number }
  | { readonly kind: 'files'; readonly id: number; readonly count: number }
  | { readonly kind: 'done'; readonly id: number; readonly result: LayerResult }
  | { readonly kind: 'failed'; readonly id: number; readonly error: PlainError }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly details: LogDetails;
    };

export type FromLane =
  | FromAnalysis
  | { readonly kind: 'helped'; readonly share: LayerShare }
  | { readonly kind: 'not-helped'; readonly error: PlainError };

/** A way to talk: the channel of a child process, or the port of a thread. */
export interface Port<In, Out> {
  readonly send: (message: Out) => void;
  readonly onMessage: (handler: (message: In) => void) => void;
}
