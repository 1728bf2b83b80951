import type { LayerResult } from './layer-analyzer.ts';
import type { LayerContent } from './image.ts';

/** Where layers and folders are analyzed: in this process, or in another one. */
export interface LayerRunner {
  /** Layers that it works on at once. */
  readonly width: number;
  /** `diffId` is what the unpacked bytes should hash to. Throws AppError when the work cannot go on. */
  readonly layer: (
    content: LayerContent,
    diffId: string | null,
    onBytes: (count: number) => void,
  ) => Promise<LayerResult>;
  /** A file tree, or one file. */
  readonly folder: (
    path: string,
    onBytes: (count: number) => void,
    onFiles?: (count: number) => void,
  ) => Promise<LayerResult>;
  readonly close: () => Promise<void>;
}
