import { AppError, type Log, unreadable } from '@lanner/core';
import {
  buildResults,
  exitCodeOf,
  filterReport,
  type IgnoreFile,
  openVexSources,
  type PackageType,
  readIgnoreFile,
  shippedTemplate,
  type Relationship,
  type Report,
  type ReportFormat,
  type ReportOptions,
  type Severity,
  type TableMode,
  unfixedStatuses,
  withAssumedSystem,
  withOperatingSystem,
  type VulnerabilityStatus,
  judgedCategories,
  LicenseJudge,
  type LicenseCategories,
  type LicenseOptions,
} from '@lanner/scanner';
import { existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { repositoryAddress } from './clone.ts';
import { openDatabase } from './database.ts';
import type { Inspected } from './inspect.ts';
import type { ScanContext } from './scan-context.ts';
import type { ScanSettings } from './options.ts';
import { reportId } from './report-id.ts';
import { vexPorts } from './vex-ports.ts';

const blockLength = 65_536;

/**
 * Looks up, filters and orders what was found. `drawn` is a UUID for the report. Throws AppError for settings and files
 * that cannot be used.
 */
export async function makeReport(inspected: Inspected, context: ScanContext, drawn: string): Promise<Report> {
  const { environment, log, scanners, progress } = context;
  const now = environment.now();
  const database = scanners.has('vuln') ? openDatabase(context) : null;
  try {
    progress.phase('looking up vulnerabilities');
    const content = withDistro(inspected, context.settings);
    const { results, os } = buildResults({
      artifactName: inspected.name,
      artifactId: inspected.id ?? '',
      content,
      database,
      options: resultOptions(context),
      now,
      log,
    });
    if (os?.eosl === true) {
      log.warn('the operating system is past its end of life', { family: os.family, version: os.name });
    }
    const report: Report = {
      version: environment.version,
      reportId: reportId(now, drawn),
      createdAt: now,
      ...(inspected.id === undefined ? {} : { artifactId: inspected.id }),
      artifactName: inspected.name,
      artifactType: inspected.type,
      metadata: { ...inspected.metadata, ...(os === undefined ? {} : { os }) },
      results,
      ...(scanners.has('vuln') && database === null ? { withoutDatabase: true } : {}),
      ...(scanners.has('vuln') ? {} : { withoutVulnerabilities: true }),
      ...(inspected.bom === undefined ? {} : { bom: inspected.bom }),
    };
    return await filterForContext(report, context);
  } finally {
    database?.close();
  }
}

function resultOptions({
  settings,
  scanners,
  listsPackages,
}: ScanContext): Parameters<typeof buildResults>[0]['options'] {
  const relationships = settings.isGiven('pkg.relationships')
    ? new Set(settings.list<Relationship>('pkg.relationships'))
    : null;
  return {
    scanners,
    packageTypes: new Set(settings.list<PackageType>('pkg.types')),
    relationships,
    includeDevelopment: settings.isOn('pkg.include-dev-deps'),
    severitySources: settings.list('vulnerability.severity-source'),
    listAllPackages: listsPackages || settings.isGiven('vulnerability.vex'),
    ...(scanners.has('license') ? { licenses: licenseOptions(settings) } : {}),
  };
}

function licenseOptions(settings: ScanSettings): LicenseOptions {
  const lists: LicenseCategories = Object.fromEntries(
    judgedCategories
      .map((category) => [category, `license.${category}`] as const)
      .filter(([, key]) => settings.isGiven(key))
      .map(([category, key]) => [category, settings.list(key)] as const),
  );
  return {
    judge: new LicenseJudge(lists),
    ignored: new Set(settings.list('license.ignored')),
    confidence: settings.number('license.confidenceLevel') ?? 0,
    full: settings.isOn('license.full'),
  };
}

/** With an operating system, where it has packages of one: `--distro FAMILY/VERSION` in place of what was found. */
export function withDistro({ content }: Inspected, settings: ScanSettings): Inspected['content'] {
  const distro = settings.text('scan.distro');
  if (distro === undefined) {
    return withAssumedSystem(content);
  }
  const [family = '', name = '', ...more] = distro.split('/');
  if (family === '' || name === '' || more.length > 0) {
    throw new AppError('usage.invalid', `'${distro}' is no operating system`, {
      hint: 'Write it like alpine/3.20.',
    });
  }
  // What has no operating system gets none.
  return content.os === undefined ? content : withOperatingSystem(content, { family, name });
}

/** Takes out what is not to be shown, as the settings say. */
export async function filterForContext(report: Report, context: ScanContext): Promise<Report> {
  const { settings, environment, log } = context;
  const ignoreFile = readIgnores(settings, environment.now(), log);
  const statuses = new Set(settings.list<VulnerabilityStatus>('vulnerability.ignore-status'));
  const vex = await openVexSources(settings.list('vulnerability.vex'), report, vexPorts(context));
  return filterReport(report, {
    severities: new Set(settings.list<Severity>('severity')),
    ignoreStatuses: settings.isOn('vulnerability.ignore-unfixed')
      ? new Set([...unfixedStatuses, ...statuses])
      : statuses,
    ...(ignoreFile === undefined ? {} : { ignoreFile }),
    vex,
  });
}

/** The file that was named must be there; the usual one may be absent. */
function readIgnores(settings: ScanSettings, now: Date, log: Log): IgnoreFile | undefined {
  const named = settings.text('ignorefile') ?? '.trivyignore';
  const candidates = settings.isGiven('ignorefile') ? [named] : [named, `${named}.yaml`];
  const path = candidates.find((one) => existsSync(one));
  if (path === undefined) {
    if (settings.isGiven('ignorefile')) {
      throw new AppError('file.read', `the ignore file ${named} is not there`, {
        hint: 'Check the path; without --ignorefile, .trivyignore and .trivyignore.yaml are read where they are.',
      });
    }
    return undefined;
  }
  return readIgnoreFile(readFileSync(path, 'utf8'), { path, now, log });
}

/** Writes the report and gives the exit code that it asks for. */
export async function writeOut(report: Report, format: ReportFormat, context: ScanContext): Promise<number> {
  const { settings, environment } = context;
  const text = templatePlaceTold(inBlocks(format.write(report, reportOptions(context, format))), settings);
  const output = settings.text('output');
  if (output === undefined) {
    for (const piece of text) {
      await environment.outTaken(piece);
    }
  } else {
    await writeFile(output, text);
  }
  return exitCodeOf(report, {
    onFindings: settings.number('exit-code') ?? 0,
    onEndOfLife: settings.number('exit-on-eol') ?? 0,
  });
}

/** A template's own errors name its lines only: which file it is, and what it is given, is said with them. */
function* templatePlaceTold(text: Iterable<string>, settings: ScanSettings): Generator<string> {
  try {
    yield* text;
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith('template.')) {
      throw error;
    }
    const template = settings.text('template') ?? '';
    const place = template.startsWith('@') ? template.slice(1) : 'the text of --template';
    throw new AppError(error.code, error.message, {
      cause: error,
      hint:
        error.hint ?? `Correct ${place}. It gets the list of results: {{ range . }}{{ .Target }}{{ end }}`,
    });
  }
}

/** Formats give small pieces; each write has its price. */
function* inBlocks(pieces: Iterable<string>): Generator<string> {
  let block = '';
  for (const piece of pieces) {
    block += piece;
    if (block.length >= blockLength) {
      yield block;
      block = '';
    }
  }
  yield block;
}

async function writeFile(path: string, text: Iterable<string>): Promise<void> {
  try {
    const file = await open(path, 'w');
    try {
      for (const piece of text) {
        await file.write(piece);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new AppError('file.write', `${path} cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function reportOptions(context: ScanContext, format: ReportFormat): ReportOptions {
  const { settings, environment, listsPackages } = context;
  const template = settings.text('template');
  const terminal =
    environment.outColumns === null || settings.text('output') !== undefined
      ? undefined
      : { columns: environment.outColumns, colours: environment.outColour };
  return {
    now: environment.now,
    uuid: environment.uuid,
    listAllPackages: listsPackages || format.isSbom,
    showSuppressed: settings.isOn('scan.show-suppressed'),
    dependencyTree: settings.isOn('dependency-tree'),
    tableModes: settings.list<TableMode>('table-mode'),
    ...(terminal === undefined ? {} : { terminal }),
    ...(template === undefined ? {} : { template: templateText(template) }),
    env: environment.env,
    severities: settings.list('severity'),
    ...(isLocal(context) ? { folder: resolve(context.target) } : {}),
  };
}

function isLocal({ kind, target }: ScanContext): boolean {
  return kind === 'fs' || kind === 'rootfs' || (kind === 'repo' && repositoryAddress(target) === null);
}

/** The template itself, or the content of `@FILE`. */
function templateText(template: string): string {
  if (!template.startsWith('@')) {
    return template;
  }
  const path = template.slice(1);
  const shipped = existsSync(path) ? null : shippedTemplate(path);
  if (shipped !== null) {
    return shipped;
  }
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(`the template ${path}`, error);
  }
}
