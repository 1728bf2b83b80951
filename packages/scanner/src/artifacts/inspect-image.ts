import { AppError, type Log } from '@lanner/core';
import type { Image, ImageLayer } from './image.ts';
import { AnalysisBuilder } from './analysis-builder.ts';
import type { LayerResult } from './layer-analyzer.ts';
import type { LayerCache } from './layer-cache.ts';
import type { LayerRunner } from './layer-runner.ts';
import { present } from '../lib/json.ts';

export interface InspectProgress {
  /** A layer is done; `known` when nothing had to be read. */
  readonly onLayer: (known: boolean) => void;
  readonly onBytes: (what: 'download' | 'layer', count: number) => void;
}

export interface InspectOptions {
  readonly cache: LayerCache | null;
  /** The key of a layer in the cache. */
  readonly keyOf: (diffId: string) => string;
  /** Called when a layer has to be read at all. */
  readonly runner: () => LayerRunner;
  /** Layers that are fetched at once. */
  readonly parallel: number;
  readonly progress: InspectProgress;
  readonly log: Log;
}

/**
 * What is known of each layer of an image, from the lowest to the highest. A layer that cannot be read for what is in it
 * gives an empty result that names the problem. Throws AppError 'registry.*' when a registry does not give a layer.
 */
export async function inspectLayers(image: Image, options: InspectOptions): Promise<LayerResult[]> {
  const results: LayerResult[] = [];
  const waiting = image.layers.map((layer, index) => ({ layer, index }));
  // Equal layers are analyzed once.
  const running = new Map<string, Promise<LayerResult>>();
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { layer, index } = next;
      const result = running.get(layer.diffId) ?? inspectLayer(layer, options);
      running.set(layer.diffId, result);
      results[index] = placed(await result, layer);
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, options.parallel) }, work));
  return results;
}

async function inspectLayer(layer: ImageLayer, options: InspectOptions): Promise<LayerResult> {
  const { cache, keyOf, progress, runner } = options;
  const key = keyOf(layer.diffId);
  const known = cache?.get(key) ?? null;
  if (known !== null) {
    progress.onLayer(true);
    return known;
  }
  try {
    const { content, release } = await layer.fetch({
      onBytes: (count) => progress.onBytes('download', count),
    });
    try {
      // A folder was unpacked by the runtime, which has checked the archive.
      const diffId = content.kind === 'archive' ? layer.diffId : null;
      const result = await runner().layer(content, diffId, (count) => progress.onBytes('layer', count));
      if (result.complete) {
        cache?.put(key, result);
      }
      return result;
    } finally {
      release();
    }
  } catch (error) {
    return unreadable(error);
  } finally {
    progress.onLayer(false);
  }
}

/** What a registry answers wrongly about one layer is that layer's problem; no answer is the problem of the scan. */
function unreadable(error: unknown): LayerResult {
  if (
    !(error instanceof AppError) ||
    error.code === 'registry.unreachable' ||
    error.code === 'registry.denied'
  ) {
    throw error;
  }
  const { code, message } = error;
  return {
    analysis: new AnalysisBuilder().build(),
    size: 0,
    files: 0,
    problems: [{ path: '', code, message }],
    problemCount: 1,
    complete: false,
  };
}

/** With what the image says of the layer, which is not part of what is kept. */
function placed(result: LayerResult, { digest, diffId, createdBy }: ImageLayer): LayerResult {
  return { ...result, analysis: { ...result.analysis, ...present({ digest, diffId, createdBy }) } };
}
