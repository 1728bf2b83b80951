import { AppError } from '@lanner/core';

/** Where an artifact lies in a registry. */
export interface ImageReference {
  /** Host with port. */
  readonly registry: string;
  readonly repository: string;
  /** null when a digest is given. */
  readonly tag: string | null;
  /** `sha256:…`; null when only a tag is given. */
  readonly digest: string | null;
}

const defaultRegistry = 'docker.io';

/**
 * Parses `[HOST[:PORT]/]NAME[:TAG][@DIGEST]` with the rules of the distribution project: the first part is a host when
 * it holds a dot or colon or is `localhost`; one-word names of the default registry live under `library/`.
 * Throws AppError 'artifact.reference'.
 */
export function parseReference(text: string): ImageReference {
  const [beforeDigest = '', digest = null] = text.split('@', 2);
  if (digest !== null && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw badReference(text, 'a digest is written sha256: and 64 hexadecimal digits');
  }
  const slash = beforeDigest.indexOf('/');
  const head = slash < 0 ? '' : beforeDigest.slice(0, slash);
  const hasHost = /[.:]/.test(head) || head === 'localhost';
  const registry = hasHost ? head : defaultRegistry;
  const rest = hasHost ? beforeDigest.slice(slash + 1) : beforeDigest;
  const [, name = '', tag = null] = /^([^:]*)(?::(\w[\w.-]{0,127}))?$/.exec(rest) ?? [];
  if (!/^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/.test(name)) {
    throw badReference(text, 'a name has lower-case letters, digits, dots, underscores, hyphens and slashes');
  }
  const repository = registry === defaultRegistry && !name.includes('/') ? `library/${name}` : name;
  return { registry, repository, tag: tag ?? (digest === null ? 'latest' : null), digest };
}

/** The reference as one text. */
export function printReference({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}

function badReference(text: string, problem: string): AppError {
  return new AppError('artifact.reference', `'${text}' is no reference to an artifact: ${problem}`, {
    hint: 'Write it like registry.example.com/rules/falco-rules:1.2.3.',
  });
}
