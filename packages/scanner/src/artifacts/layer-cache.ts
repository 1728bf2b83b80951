import type { LayerResult } from './layer-analyzer.ts';

/** Keeps what is known of layers between scans. */
export interface LayerCache {
  readonly get: (key: string) => LayerResult | null;
  readonly put: (key: string, result: LayerResult) => void;
  readonly close: () => void;
}
