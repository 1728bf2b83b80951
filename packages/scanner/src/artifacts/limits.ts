/** Bounds of what one scan reads and holds. All sizes in bytes. */
export interface ArtifactLimits {
  /** A wanted file up to this size is held in memory, a larger one in the temporary folder. */
  readonly memoryFile: number;
  /** What the files that analyzers see together may hold in memory; more of them go to the temporary folder. */
  readonly memoryTree: number;
  /** A layer may unpack to this. */
  readonly layer: number;
  /** From `ratioFrom` unpacked bytes on, a layer may be this many times as large as its compressed form. */
  readonly ratio: number;
  readonly ratioFrom: number;
  /** Entries of a layer. */
  readonly entries: number;
  /** What a layer may put into the temporary folder. */
  readonly scratch: number;
  /** Largest manifest, index or configuration. */
  readonly manifest: number;
  /** Layers of an image. */
  readonly layers: number;
}

export const defaultLimits: ArtifactLimits = {
  memoryFile: 2 * 2 ** 20,
  memoryTree: 24 * 2 ** 20,
  layer: 64 * 2 ** 30,
  ratio: 250,
  ratioFrom: 512 * 2 ** 20,
  entries: 5_000_000,
  scratch: 8 * 2 ** 30,
  manifest: 8 * 2 ** 20,
  layers: 1000,
};
