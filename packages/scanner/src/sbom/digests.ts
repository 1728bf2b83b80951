/** `sha256` for `SHA-256`, `SHA256` …; null for what is no hash that packages have. */
export function digestNameOf(algorithm: string): string | null {
  const name = algorithm.toLowerCase().replace(/^sha-/, 'sha');
  return known.has(name) ? name : null;
}

const known: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha256', 'sha384', 'sha512']);

/** The two halves of `sha256:…`; null for a text that is no digest of a known algorithm. */
export function splitDigest(digest: string): { readonly name: string; readonly hex: string } | null {
  const [, name = '', hex = ''] = /^([a-z0-9]+):([0-9a-fA-F]+)$/.exec(digest) ?? [];
  return known.has(name) ? { name, hex } : null;
}
