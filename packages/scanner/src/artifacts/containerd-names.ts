import { parseReference, printReference, type StoredImage } from '@lanner/runtimes';

/** Which image of containerd someone means. */
export interface MeantImage {
  /** As it was written. */
  readonly name: string;
  /** In full. */
  readonly reference: string;
  /** null: any. */
  readonly namespace: string | null;
}

/** Throws AppError 'artifact.reference' for what names no image. */
export function meantImage(name: string, namespace: string | undefined): MeantImage {
  return { name, reference: printReference(parseReference(name)), namespace: namespace ?? null };
}

export function chooseMeant(
  images: Iterable<StoredImage>,
  { name, reference, namespace }: MeantImage,
): StoredImage | undefined {
  for (const image of images) {
    const isMeant = image.name === name || image.name === reference || image.digest === name;
    if (isMeant && (namespace === null || image.namespace === namespace)) {
      return image;
    }
  }
  return undefined;
}

/** What the image is called in a report. */
export function repoNames({ name, digest }: Pick<StoredImage, 'name' | 'digest'>): {
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
} {
  return {
    repoTags: name.includes('@') ? [] : [name],
    repoDigests: [`${name.replace(/@.*$/, '').replace(/:[^:/]*$/, '')}@${digest}`],
  };
}
