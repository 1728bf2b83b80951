import { AppError } from '@lanner/core';
import { type ImageReference, parseReference } from '@lanner/runtimes';

/** The reference of an image that reports name. */
export interface MatchingReference {
  /** As it was given. */
  readonly text: string;
  /** Registry and repository in full, without tag and digest: `index.docker.io/library/debian`. */
  readonly place: string;
}

const archive = /\.(?:tar|gz|gzip|tgz)$/i;

/**
 * Of the tags and digests of an image the one that it was asked for by, else the first that is a reference; null when
 * there is none.
 */
export function matchingReference(name: string, references: readonly string[]): MatchingReference | null {
  const known = references.flatMap((text) => {
    const reference = attempt(text);
    return reference === null ? [] : [{ text, reference }];
  });
  const asked = archive.test(name) ? null : attempt(name);
  const found = (asked && known.find(({ reference }) => fullName(reference) === fullName(asked))) ?? known[0];
  return found === undefined ? null : { text: found.text, place: placeOf(found.reference) };
}

function attempt(text: string): ImageReference | null {
  try {
    return parseReference(text);
  } catch (error) {
    if (error instanceof AppError) {
      return null;
    }
    throw error;
  }
}

/** A digest says all: a tag beside it does not count. */
function fullName(reference: ImageReference): string {
  const { tag, digest } = reference;
  return `${placeOf(reference)}${digest === null ? `:${tag ?? ''}` : `@${digest}`}`;
}

function placeOf({ registry, repository }: ImageReference): string {
  return `${registry === 'docker.io' ? 'index.docker.io' : registry}/${repository}`;
}
