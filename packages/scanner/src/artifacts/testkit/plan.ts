import { silentLog } from '@lanner/core';
import type { Analyzer, ArtifactFile } from '../../analyzer.ts';
import { everywhere } from '../../analyzer.ts';
import type { Contribution } from '../../model/index.ts';
import { plainContext } from '../../testkit/file.ts';
import { AnalyzerPlan } from '../analyzer-plan.ts';

/** An analyzer that says of every file matching `pattern` what it read, as a custom resource. */
export function readingAnalyzer(pattern: RegExp, scope: 'file' | 'tree' = 'file'): Analyzer {
  const base = {
    id: `reading-${scope}`,
    revision: 1,
    doc: 'Reads.',
    targets: everywhere,
    scanners: ['vuln'] as const,
    wants: ({ path }: { path: string }) => pattern.test(path),
  };
  return scope === 'file'
    ? { ...base, scope, analyze: (file) => contribution([file]) }
    : { ...base, scope, analyze: ({ files }) => contribution(files) };
}

function contribution(files: readonly ArtifactFile[]): Contribution {
  return {
    customResources: files.map((file) => ({
      type: 'read',
      filePath: file.path,
      data: file.bytes().toString('latin1'),
    })),
  };
}

/** A plan of some analyzers, for images. */
export function planOf(...analyzers: Analyzer[]): AnalyzerPlan {
  return new AnalyzerPlan(analyzers, { ...plainContext, log: silentLog });
}
