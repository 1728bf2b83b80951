import { createHash } from 'node:crypto';
import type { AnalysisSettings } from './analysis-settings.ts';

/** Rises when what is kept of a layer has another shape, or is made in another way. */
const formatRevision = 2;

/** Makes keys of kept layers: anything that could change the result changes the key. */
export function layerKeys(settings: AnalysisSettings, revisions: string): (diffId: string) => string {
  const { skipped, filePatterns, comprehensive, fullLicenses, javaDatabase, target, scanners } = settings;
  const options = JSON.stringify([
    formatRevision,
    revisions,
    target,
    [...scanners].sort(),
    comprehensive,
    fullLicenses,
    settings.licenseConfidence ?? 0,
    settings.fileChecksums === true,
    settings.programDigests === true,
    skipped.folders,
    skipped.files,
    filePatterns,
    javaDatabase?.revision ?? null,
    settings.secretConfig ?? null,
  ]);
  return (diffId) => `sha256:${createHash('sha256').update(options).update(diffId).digest('hex')}`;
}
