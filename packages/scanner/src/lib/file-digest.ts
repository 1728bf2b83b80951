import { createHash } from 'node:crypto';
import type { AnalyzerContext } from '../analyzer.ts';
import type { ByteSource } from './source.ts';

/** In hexadecimal, whatever the size of the file. */
export function digestOf(source: ByteSource, algorithm: 'sha1' | 'sha256'): string {
  const hash = createHash(algorithm);
  const part = 256 * 1024;
  for (let at = 0; at < source.size; at += part) {
    hash.update(source.read(at, Math.min(part, source.size - at)));
  }
  return hash.digest('hex');
}

/** `sha1:…` of the file that proves a package, where digests are asked for. */
export function packageDigest(source: ByteSource, { fileChecksums }: AnalyzerContext): string | undefined {
  return fileChecksums === true ? `sha1:${digestOf(source, 'sha1')}` : undefined;
}
