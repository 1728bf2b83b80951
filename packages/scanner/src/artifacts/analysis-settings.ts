import { AppError, type Log } from '@lanner/core';
import type { AnalyzerContext, HostFiles, JavaIndex, RemotePoms, Scanner, TargetKind } from '../analyzer.ts';
import { analyzers } from '../analyzers/registry.gen.ts';
import { classifyText } from '../licenses/classify.ts';
import { parseSecretConfig, SecretScanner } from '../secrets/index.ts';
import { AnalyzerPlan, type FilePattern } from './analyzer-plan.ts';
import type { SkippedPaths } from './path-filter.ts';

/** What decides how files are analyzed; plain data, so that another process can be told. */
export interface AnalysisSettings {
  readonly target: TargetKind;
  readonly scanners: readonly Scanner[];
  readonly comprehensive: boolean;
  readonly fullLicenses: boolean;
  /** A text must be a licence more surely than this, 0 … 1. */
  readonly licenseConfidence?: number;
  /** The folder that is looked at, as the user named it; absent for images. */
  readonly folder?: string;
  /** Digests of the files that prove packages, as SPDX documents carry them. */
  readonly fileChecksums?: boolean;
  /** Digests of programs, to look for SBOMs about them. */
  readonly programDigests?: boolean;
  readonly skipped: SkippedPaths;
  /** `ANALYZER:REGEX` */
  readonly filePatterns: readonly string[];
  /** Ids of analyzers that do not run. */
  readonly disabled: readonly string[];
  /** Index of Java archives, and what tells one from another; null without one. */
  readonly javaDatabase: { readonly path: string; readonly revision: string } | null;
  /** The configuration of secrets; absent for the usual rules. */
  readonly secretConfig?: { readonly path: string; readonly text: string };
  /** POMs that are not on disk may be fetched. */
  readonly remotePoms?: boolean;
  /** Environment for analyzers that look into caches of package managers; null for images. */
  readonly hostEnv: Readonly<Record<string, string | undefined>> | null;
}

export interface PlanEffects {
  readonly log: Log;
  readonly javaIndex: JavaIndex | null;
  readonly host: HostFiles | null;
  readonly remotePoms?: RemotePoms;
}

/** The analyzers that settings ask for. Throws AppError for a file pattern or a configuration that is none. */
export function analyzerPlan(
  settings: AnalysisSettings,
  { log, javaIndex, host, remotePoms }: PlanEffects,
): AnalyzerPlan {
  const context: AnalyzerContext = {
    log,
    target: settings.target,
    scanners: new Set(settings.scanners),
    javaIndex,
    host,
    ...(remotePoms === undefined ? {} : { remotePoms }),
    comprehensive: settings.comprehensive,
    fullLicenses: settings.fullLicenses,
    fileChecksums: settings.fileChecksums === true,
    programDigests: settings.programDigests === true,
    classifyLicense: (text) =>
      classifyText(text).findings.filter(({ confidence }) => confidence > (settings.licenseConfidence ?? 0)),
    ...(settings.folder === undefined ? {} : { folder: settings.folder }),
    ...(settings.secretConfig === undefined ? {} : { secrets: secretsOf(settings.secretConfig) }),
  };
  return new AnalyzerPlan(
    analyzers,
    context,
    settings.filePatterns.map(parseFilePattern),
    new Set(settings.disabled),
  );
}

function secretsOf({ path, text }: { path: string; text: string }): NonNullable<AnalyzerContext['secrets']> {
  return { scanner: new SecretScanner(parseSecretConfig(text)), configPath: path };
}

function parseFilePattern(text: string): FilePattern {
  const colon = text.indexOf(':');
  const [, ignoreCase, source = ''] = /^(\(\?i\))?(.*)$/s.exec(text.slice(colon + 1)) ?? [];
  if (colon <= 0 || source === '') {
    throw new AppError('usage.invalid', `'${text}' is no file pattern`, {
      hint: 'Write it as ANALYZER:REGEX, such as pip:requirements-.*\\.txt',
    });
  }
  try {
    const regex = new RegExp(source, ignoreCase === undefined ? 'u' : 'iu');
    return { analyzer: text.slice(0, colon), matches: (path) => regex.test(path) };
  } catch (error) {
    throw new AppError('usage.invalid', `the file pattern '${text}' has no proper regular expression`, {
      cause: error,
    });
  }
}
