import type { Log } from '@lanner/core';
import type { RegistryAccess } from '@lanner/runtimes';
import type { Image, Platform } from './artifacts/image.ts';
import type { ReadAttribute } from './artifacts/opaque-folders.ts';
import type { ArtifactLimits } from './artifacts/limits.ts';

/** What a source may use; wired once by the command line. */
export interface ImageSourceContext {
  readonly log: Log;
  readonly limits: ArtifactLimits;
  /** Where what is downloaded goes; removed after the scan. */
  readonly temporaryFolder: string;
  /** null: linux/amd64, or what there is. */
  readonly platform: Platform | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly registry: RegistryAccess;
  /** `--docker-host` and `--podman-host`. */
  readonly hosts: { readonly docker?: string; readonly podman?: string };
  /** Root folder of containerd, where it is not a usual one. */
  readonly containerdRoots: readonly string[];
  /** A reader of extended attributes; asked for when it is needed. Absent or null where there is none. */
  readonly attributeReader?: () => Promise<ReadAttribute | null>;
}

/** A place that images come from. */
export interface ImageSource {
  /** File name, and the value of `--image-src`. */
  readonly id: string;
  /** One sentence for the docs. */
  readonly doc: string;
  /** What `open` takes: a path given by `--input`, or the name of an image. */
  readonly takes: 'path' | 'name';
  /** Sources are asked in this order, the lowest first. */
  readonly rank: number;
  /** Throws AppError 'artifact.*' | 'registry.*' when it has no such image. */
  readonly open: (target: string, context: ImageSourceContext) => Promise<Image>;
}

export function defineImageSource(source: ImageSource): ImageSource {
  return source;
}
