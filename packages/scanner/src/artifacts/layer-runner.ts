import type { LayerResult } from './layer-analyzer.ts';
import type { LayerContent } from './image.ts';
import type { Problem } from './problems.ts';

/** What is being looked at: a file; with an analyzer all the files that it sees together; '' before the first. */
export interface Reading {
  readonly path: string;
  readonly analyzer?: string;
}

export interface JobOptions {
  /** Files, and analyzers of whole trees, that are passed over: the result names them and is not complete. */
  readonly leftOut?: readonly Problem[];
  /** Told of what is looked at next, before it is. */
  readonly onReading?: (reading: Reading) => void;
}

/** Where layers and folders are analyzed: in this process, or in another one. */
export interface LayerRunner {
  /** Layers that it works on at once. */
  readonly width: number;
  /** `diffId` is what the unpacked bytes should hash to. Throws AppError when the work cannot go on. */
  readonly layer: (
    content: LayerContent,
    diffId: string | null,
    onBytes: (count: number) => void,
    options?: JobOptions,
  ) => Promise<LayerResult>;
  /** A file tree, or one file. */
  readonly folder: (
    path: string,
    onBytes: (count: number) => void,
    onFiles?: (count: number) => void,
    options?: JobOptions,
  ) => Promise<LayerResult>;
  readonly close: () => Promise<void>;
}
