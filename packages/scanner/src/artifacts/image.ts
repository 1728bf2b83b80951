import { AppError } from '@lanner/core';
import { isObject, type JsonObject, objectsOf, parseObject, textOf, textsOf } from '../lib/json.ts';

/** Where the bytes of a layer lie on disk. */
export type LayerContent =
  | {
      readonly kind: 'archive';
      /** A tar archive, plain, gzip or zstd, in a part of a file. */
      readonly path: string;
      readonly offset: number;
      readonly length: number;
    }
  | {
      /** A folder that overlayfs uses as one layer. */
      readonly kind: 'folder';
      readonly path: string;
      /** Folders in it whose content of lower layers is hidden; overlayfs marks them where plain reading does not see it. */
      readonly opaque: readonly string[];
    };

/** What is done with downloads and other work before a layer can be read. */
export interface LayerProgress {
  /** Bytes that came since the last call. */
  readonly onBytes: (count: number) => void;
}

export interface ImageLayer {
  /** `sha256:…` of the unpacked archive. */
  readonly diffId: string;
  /** `sha256:…` as the registry has it. */
  readonly digest?: string;
  /** Bytes as the registry has it. */
  readonly compressedSize?: number;
  readonly createdBy?: string;
  /** Brings the layer to disk if it is not there. `release` removes what was brought. Throws AppError. */
  readonly fetch: (progress: LayerProgress) => Promise<{ content: LayerContent; release: () => void }>;
}

export interface Platform {
  readonly os: string | undefined;
  readonly architecture: string | undefined;
  readonly variant: string | undefined;
}

/** The parts of an image configuration that are looked at, and the whole as it is. */
export interface ImageConfig {
  readonly raw: JsonObject;
  readonly diffIds: readonly string[];
  readonly platform: Platform;
  /** What made each layer. */
  readonly commands: readonly (string | undefined)[];
}

/** An image that was found, its layers not yet read. */
export interface Image {
  /** As the user named it. */
  readonly name: string;
  /** Digest of the configuration. */
  readonly imageId: string;
  readonly config: ImageConfig;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  /** From the lowest to the highest. */
  readonly layers: readonly ImageLayer[];
  /** Frees files and connections. */
  readonly close: () => Promise<void>;
}

const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** Parses an image configuration; diff ids are checked. Throws AppError 'artifact.parse'. */
export function parseConfig(bytes: Buffer, maxLayers: number): ImageConfig {
  const raw = parseObject(bytes.toString('utf8'), 'artifact.parse');
  const rootfs = isObject(raw['rootfs']) ? raw['rootfs'] : {};
  const diffIds = textsOf(rootfs['diff_ids']);
  if (diffIds.length > maxLayers) {
    throw new AppError('artifact.limit', `the image has more than ${maxLayers} layers`);
  }
  if (!diffIds.every(isDigest)) {
    throw new AppError('artifact.parse', 'the image configuration names a layer without a proper digest');
  }
  return {
    raw,
    diffIds,
    platform: {
      os: textOf(raw['os']),
      architecture: textOf(raw['architecture']),
      variant: textOf(raw['variant']),
    },
    commands: layerCommands(objectsOf(raw['history']), diffIds.length),
  };
}

/** The commands of the history that made a layer, one for each of `count` layers; none when they do not fit. */
function layerCommands(history: readonly JsonObject[], count: number): (string | undefined)[] {
  const made = history.filter((entry) => entry['empty_layer'] !== true);
  return Array.from({ length: count }, (_, i) =>
    made.length === count ? createdBy(textOf(made[i]?.['created_by'])) : undefined,
  );
}

/** Without what the classic builder put before the command. */
function createdBy(text: string | undefined): string | undefined {
  return text?.replace(/^\/bin\/sh -c /, '').replace(/^#\(nop\) /, '');
}

export function isDigest(text: unknown): text is string {
  return typeof text === 'string' && digestPattern.test(text);
}
