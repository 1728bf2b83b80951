import { AppError } from '@lanner/core';
import { defineAnalyzer, type FileAnalyzer, onlyAt, withOs } from '../analyzer.ts';
import type { OsInfo } from '../model/index.ts';

interface ReleaseFile {
  readonly id: string;
  readonly doc: string;
  readonly paths: readonly string[];
  /** null when the text is of another system. */
  readonly release: (text: string) => OsInfo | null;
}

/** An analyzer of a small file that says which operating system this is; it must say it. */
export function releaseFileAnalyzer({ id, doc, paths, release }: ReleaseFile): FileAnalyzer {
  return defineAnalyzer({
    id,
    revision: 1,
    doc,
    scope: 'file',
    targets: withOs,
    scanners: ['vuln', 'license'],
    ...onlyAt(...paths),
    analyze(file) {
      const os = release(file.text());
      if (os === null) {
        throw new AppError('artifact.parse', 'The release of the operating system is not in this file', {
          details: { path: file.path },
        });
      }
      return { os };
    },
  });
}

/**
 * Reads `Rocky Linux release 9.3 (Blue Onyx)`; null when there is no such line or its name is not in `families`.
 * `otherwise` is the family of a name that is not in there.
 */
export function redHatRelease(
  text: string,
  families: Readonly<Record<string, string>>,
  otherwise: string | null = null,
): OsInfo | null {
  for (const line of text.split('\n', maxLines)) {
    const at = line.indexOf(' release ');
    const name = /^\d[\d.]*/.exec(line.slice(at + ' release '.length))?.[0];
    if (at < 0 || name === undefined) {
      continue;
    }
    const family = families[line.slice(0, at).trim().toLowerCase()] ?? otherwise;
    if (family !== null) {
      return { family, name };
    }
  }
  return null;
}

const maxLines = 100;
