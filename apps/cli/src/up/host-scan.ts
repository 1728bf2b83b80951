import { statfsSync } from 'node:fs';
import { AppError } from '@lanner/core';
import type { Finding, ScannedArtifact, ScanPart } from '@lanner/hub';
import type { Report } from '@lanner/scanner';
import { type HostStep, hostSteps } from './host-steps.ts';
import { artifactOf, findingKey, findingsOf } from './report-findings.ts';
import type { ScanCounts, ScanRun } from './scan-child.ts';

export interface HostScanOptions {
  readonly root: string;
  /** Where secrets are looked for, relative to the root. */
  readonly secretFolders: readonly string[];
  readonly scan: (run: ScanRun) => Promise<Report>;
  readonly signal: AbortSignal;
  /** Updates that the package manager knows of; null where it does not say. */
  readonly updates: () => Promise<readonly Finding[] | null>;
  /** Key and names of the host, and what cannot be looked at. */
  readonly host: Pick<ScannedArtifact, 'key' | 'names' | 'notes'>;
  readonly record: (artifact: ScannedArtifact, found: readonly Finding[], part: ScanPart) => Promise<void>;
  readonly onProgress: (step: string, files: number, share: number | null) => void;
  readonly onFailure: (step: string, reason: string) => void;
}

/**
 * Scans a host step by step, and records what each step found at once. What is gone is told with the last step, which is
 * none when a step failed: what that one would have seen is not known then.
 */
export async function scanHost(options: HostScanOptions): Promise<ScannedArtifact | null> {
  const { root, secretFolders, updates, host, record, onFailure, signal } = options;
  const steps = hostSteps(root, secretFolders);
  const seen = new Set<string>();
  let artifact: ScannedArtifact | null = null;
  let isWhole = true;
  // The package manager is asked beside the first step: both take seconds.
  const pending = updates();
  pending.catch(() => undefined);
  for (const [index, step] of steps.entries()) {
    const report = await attempt(step, options);
    signal.throwIfAborted();
    if (report instanceof AppError) {
      isWhole = false;
      onFailure(step.name, report.message);
      continue;
    }
    artifact = partOf(report, step, artifact, host);
    let found = findingsOf(report);
    if (index === 0) {
      found = [...found, ...((await pending) ?? [])];
    }
    for (const finding of found) {
      seen.add(findingKey(finding));
    }
    const isLast = isWhole && index === steps.length - 1;
    await record(artifact, found, { isLast, total: seen.size });
  }
  return artifact;
}

/** The host as it is known after a step; one that lists no packages leaves their number as it is. */
function partOf(
  report: Report,
  { listsPackages }: HostStep,
  before: ScannedArtifact | null,
  host: HostScanOptions['host'],
): ScannedArtifact {
  return listsPackages || before === null
    ? { ...artifactOf(report, 'host', host.key, host.notes), ...host }
    : before;
}

async function attempt(step: HostStep, options: HostScanOptions): Promise<Report | AppError> {
  const { scan, signal, root, onProgress } = options;
  const about = step.isWhole ? filesOf(root) : null;
  const tell = ({ files }: ScanCounts): void => {
    onProgress(step.name, files, about === null ? null : Math.min(files / about, 0.99));
  };
  onProgress(step.name, 0, null);
  try {
    return await scan({ args: step.args, signal, isPatient: !step.isQuick, onCounts: tell });
  } catch (error) {
    if (error instanceof AppError) {
      return error;
    }
    throw error;
  }
}

/** About as many files as there are; null where the file system does not count them, or the root is only a part of it. */
function filesOf(root: string): number | null {
  if (root !== '/') {
    return null;
  }
  const { files, ffree } = statfsSync(root);
  return files > ffree ? files - ffree : null;
}
