import type { AnalyzerContext, ArtifactFile, FileTree } from '../analyzer.ts';
import { silentLog } from '@lanner/core';

/** A file in memory, as an artifact gives it. */
export function artifactFile(path: string, content: string | Uint8Array, mode = 0o644): ArtifactFile {
  const bytes = Buffer.from(content);
  return {
    path,
    size: bytes.length,
    mode,
    bytes: () => bytes,
    text: () => bytes.toString('utf8').replace(/^\uFEFF/, ''),
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/** A tree of files in memory, sorted by path. */
export function fileTree(files: readonly ArtifactFile[]): FileTree {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files: sorted, get: (path) => sorted.find((file) => file.path === path) };
}

/** What an analyzer is told when a test does not care. */
export const plainContext: AnalyzerContext = {
  log: silentLog,
  target: 'image',
  scanners: new Set(['vuln', 'license', 'secret']),
  javaIndex: null,
  host: null,
  comprehensive: false,
  fullLicenses: false,
};
