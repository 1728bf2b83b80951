import type { Log } from '@lanner/core';
import type { Scanner } from '../analyzer.ts';
import type { ArtifactContent } from '../artifacts/apply-layers.ts';
import type { AdvisoryDatabase } from '../db/index.ts';
import { compareTexts } from '../lib/text-order.ts';
import {
  calendarAt,
  enrich,
  fingerprint,
  isPastEndOfLife,
  matchApplication,
  matchOsPackages,
  releaseOf,
} from '../match/index.ts';
import type { Application, OsInfo, Package, Relationship, Result, Vulnerability } from '../model/index.ts';
import { type LicenseOptions, licenseResults } from './license-results.ts';
import { applicationTarget, hasPlace } from './targets.ts';

export type PackageType = 'os' | 'library';

export interface ResultOptions {
  readonly scanners: ReadonlySet<Scanner>;
  readonly packageTypes: ReadonlySet<PackageType>;
  /** Only packages that came into the project so; null for all. */
  readonly relationships: ReadonlySet<Relationship> | null;
  readonly includeDevelopment: boolean;
  /** Whose severity is shown, in order. */
  readonly severitySources: readonly string[];
  /** Results name all their packages, also those without findings. */
  readonly listAllPackages: boolean;
  /** How licences are judged; absent when they are not. */
  readonly licenses?: LicenseOptions;
}

export interface ResultsInput {
  readonly artifactName: string;
  /** Empty where the artifact has none. */
  readonly artifactId: string;
  readonly content: ArtifactContent;
  /** null: vulnerabilities are not looked up. */
  readonly database: AdvisoryDatabase | null;
  readonly options: ResultOptions;
  readonly now: Date;
  readonly log: Log;
}

/**
 * The results of an artifact, one for its operating system, one for each application or kind of them, one for each file
 * with secrets, those about licences; and its operating system with whether that is past its end of life.
 */
export function buildResults(input: ResultsInput): { results: Result[]; os?: OsInfo } {
  const { content, options, now } = input;
  const calendar = calendarAt(now);
  const isOver =
    content.os !== undefined && asksForOs(options) && isPastEndOfLife(content.os, content.packages, calendar);
  const os = content.os === undefined ? undefined : { ...content.os, ...(isOver ? { eosl: true } : {}) };
  const results = [
    ...(os !== undefined && options.packageTypes.has('os') ? [osResult(os, input)] : []),
    ...(options.packageTypes.has('library') ? libraryResults(input) : []),
    ...secretResults(input),
    ...(options.licenses === undefined
      ? []
      : licenseResults(chosenContent(content, options), options.licenses)),
    ...customResults(content),
  ];
  return { results, ...(os === undefined ? {} : { os }) };
}

/** Whether it is asked what is wrong with the operating system; bills of materials look for nothing. */
function asksForOs({ packageTypes, scanners }: ResultOptions): boolean {
  return packageTypes.has('os') && (scanners.has('vuln') || scanners.size === 0);
}

/** Without packages of relationships and of development that were not asked for. */
function chosenContent(content: ArtifactContent, options: ResultOptions): ArtifactContent {
  return {
    ...content,
    packages: chosen(content.packages, options),
    applications: content.applications.map((application) => ({
      ...application,
      packages: chosen(application.packages, options),
    })),
  };
}

function osResult(os: OsInfo, input: ResultsInput): Result {
  const { content, artifactName, database, log, now } = input;
  const packages = chosen(content.packages, input.options);
  const target = `${artifactName} (${os.family} ${releaseOf(os)})`;
  const { repository } = content;
  const found =
    database === null || !input.options.scanners.has('vuln')
      ? []
      : matchOsPackages(
          { os, packages, ...(repository === undefined ? {} : { repository }) },
          { database, calendar: calendarAt(now), log },
        );
  return {
    target,
    class: 'os-pkgs',
    type: os.family,
    ...listed(packages, input.options),
    ...vulnerabilities(found ?? [], target, input),
  };
}

function libraryResults(input: ResultsInput): Result[] {
  const { content, database, log, options } = input;
  return content.applications
    .map((application): Application => ({ ...application, packages: chosen(application.packages, options) }))
    .filter(({ packages }) => packages.length > 0)
    .flatMap((application): Result[] => {
      const target = applicationTarget(application);
      const found =
        database === null || !options.scanners.has('vuln')
          ? []
          : matchApplication(application, { database, log });
      const result: Result = {
        target,
        class: 'lang-pkgs',
        type: application.type,
        ...listed(application.packages, options),
        ...vulnerabilities(found ?? [], target, input),
      };
      // A file that was read is named, also when there is nothing to say of it.
      const isShown =
        hasPlace(application) || result.packages !== undefined || result.vulnerabilities !== undefined;
      return isShown ? [result] : [];
    })
    .sort((a, b) => compareTexts(a.target, b.target));
}

/** Only what was asked for has been looked for: in files, in the configuration of the image, or in both. */
function secretResults({ content }: ResultsInput): Result[] {
  return content.secrets.map(({ filePath, findings }): Result => ({
    target: filePath,
    class: 'secret',
    secrets: findings,
  }));
}

function customResults({ customResources }: ArtifactContent): Result[] {
  return customResources.length === 0 ? [] : [{ target: '', class: 'custom', customResources }];
}

function chosen(
  packages: readonly Package[],
  { relationships, includeDevelopment }: ResultOptions,
): Package[] {
  const needed = includeDevelopment ? packages : withoutDevelopment(packages);
  return needed.filter(
    ({ relationship = 'unknown' }) => relationships === null || relationships.has(relationship),
  );
}

/** Nothing depends any more on what is left out. */
function withoutDevelopment(packages: readonly Package[]): readonly Package[] {
  const leftOut = new Set(packages.flatMap(({ dev, id }) => (dev === true && id !== undefined ? [id] : [])));
  if (leftOut.size === 0) {
    return packages;
  }
  return packages
    .filter(({ dev }) => dev !== true)
    .map((pkg) => {
      const { dependsOn = [] } = pkg;
      return dependsOn.some((id) => leftOut.has(id))
        ? { ...pkg, dependsOn: dependsOn.filter((id) => !leftOut.has(id)) }
        : pkg;
    });
}

function listed(packages: readonly Package[], { listAllPackages }: ResultOptions): Pick<Result, 'packages'> {
  return listAllPackages && packages.length > 0 ? { packages } : {};
}

function vulnerabilities(
  found: readonly Vulnerability[],
  target: string,
  { database, artifactId, options, log }: ResultsInput,
): Pick<Result, 'vulnerabilities'> {
  if (database === null || found.length === 0) {
    return {};
  }
  const enriched = enrich(found, { database, severitySources: options.severitySources, log });
  return {
    vulnerabilities: enriched.map((vulnerability) => ({
      ...vulnerability,
      fingerprint: fingerprint(artifactId, target, vulnerability),
    })),
  };
}
