import { AppError } from '@lanner/core';
import type { AnalyzerContext, ArtifactFile } from '../analyzer.ts';

/** What is read from one file of several; null for a damaged one, which is named in the log and costs no other. */
export function skipDamaged<T>(
  file: ArtifactFile,
  analyzer: string,
  { log }: AnalyzerContext,
  read: () => T,
): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    log.warn('file skipped', { path: file.path, analyzer, code: error.code, ...error.details });
    return null;
  }
}
