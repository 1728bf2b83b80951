import {
  type AnalysisSettings,
  analyzerPlan,
  containedRunner,
  defaultLimits,
  type FetchPoms,
  type Image,
  layerKeys,
  type LayerCache,
  type LayerRunner,
  parseSecretConfig,
  type SecretFile,
  SecretScanner,
  secretsInImageConfig,
  SqliteLayerCache,
} from '@lanner/scanner';
import { AppError, unreadable } from '@lanner/core';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, relative, resolve, sep } from 'node:path';
import { javaDatabase } from './database.ts';
import { layerCachePath } from './layer-cache-path.ts';
import { analyzerTargets, type ScanKind, type ScanSettings } from './options.ts';
import type { ScanContext } from './scan-context.ts';

const cacheBytes = 512 * 2 ** 20;
/** Never looked into on local disks. */
const localSkips = ['**/.git', 'proc', 'sys', 'dev'];

/** How files of a target are analyzed. */
export function analysisSettings(context: ScanContext, kind: Exclude<ScanKind, 'sbom'>): AnalysisSettings {
  const { settings, target, environment } = context;
  const isLocal = kind !== 'image';
  const secrets = context.scanners.has('secret') ? secretConfig(settings) : null;
  const folders = settings.list('scan.skip-dirs');
  const files = settings.list('scan.skip-files');
  return {
    target: analyzerTargets[kind],
    scanners: [...new Set([...context.scanners, ...(context.listsPackages ? ['vuln' as const] : [])])],
    comprehensive: settings.text('scan.detection-priority') === 'comprehensive',
    fullLicenses: settings.isOn('license.full'),
    licenseConfidence: settings.number('license.confidenceLevel') ?? 0,
    ...(isLocal ? { folder: folderOfTarget(target) } : {}),
    fileChecksums: settings.text('format')?.startsWith('spdx') === true,
    skipped: isLocal
      ? { folders: [...localSkips, ...belowTarget(folders, target)], files: belowTarget(files, target) }
      : { folders, files },
    filePatterns: settings.list('scan.file-patterns'),
    // Only SBOMs that are looked up at Rekor need digests of executables.
    disabled: ['executable', ...(needsPackages(context) ? [] : ['jar'])],
    javaDatabase: needsPackages(context) ? javaDatabase(context.cacheFolder) : null,
    ...(secrets === null ? {} : { secretConfig: secrets }),
    remotePoms: isLocal && !settings.isOn('scan.offline'),
    hostEnv: isLocal ? environment.env : null,
  };
}

/** A file is in its folder. */
function folderOfTarget(target: string): string {
  return statSync(target, { throwIfNoEntry: false })?.isFile() === true ? dirname(target) : target;
}

/** What is looked for in the configuration of images besides their files. */
export function imageConfigSecrets(
  { settings }: ScanContext,
  { name, config }: Image,
): readonly SecretFile[] {
  if (!settings.list('image.image-config-scanners').includes('secret')) {
    return [];
  }
  const given = secretConfig(settings);
  const scanner = new SecretScanner(given === null ? undefined : parseSecretConfig(given.text));
  const found = secretsInImageConfig(name, config.raw, scanner);
  return found === null ? [] : [found];
}

/** The file may be absent where it was not asked for. */
function secretConfig(settings: ScanSettings): NonNullable<AnalysisSettings['secretConfig']> | null {
  const path = settings.text('secret.config') ?? '';
  if (path === '' || (!settings.isGiven('secret.config') && !existsSync(path))) {
    return null;
  }
  try {
    return { path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    throw unreadable(path, error);
  }
}

function needsPackages({ scanners, listsPackages }: ScanContext): boolean {
  return scanners.has('vuln') || listsPackages;
}

/** A path that leads into the target from where the program runs means the same as one from the target. */
function belowTarget(globs: readonly string[], target: string): string[] {
  return globs.flatMap((glob) => {
    const inside = relative(resolve(target), resolve(glob));
    const leadsInto = inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`);
    return leadsInto ? [inside, ...(glob.startsWith('/') ? [] : [glob])] : [glob];
  });
}

export interface Analysis {
  readonly settings: AnalysisSettings;
  readonly keyOf: (diffId: string) => string;
  /** Starts the child when it is first asked for. */
  readonly runner: () => LayerRunner;
  readonly parallel: number;
  readonly close: () => Promise<void>;
}

/** What analyzes the files of this scan. Throws AppError 'usage.invalid' for settings that cannot be. */
export function openAnalysis(context: ScanContext, kind: Exclude<ScanKind, 'sbom'>): Analysis {
  const settings = analysisSettings(context, kind);
  // Also finds out whether the file patterns can be used, before anything is read.
  const plan = analyzerPlan(settings, { log: context.log, javaIndex: null, host: null });
  const processors = availableParallelism();
  const asked = context.settings.number('scan.parallel') ?? 0;
  const parallel = asked < 1 ? processors : asked;
  let runner: LayerRunner | null = null;
  return {
    settings,
    keyOf: layerKeys(settings, plan.revisions()),
    parallel,
    runner: () => {
      runner ??= containedRunner({
        startProcess: context.analysisProcess,
        settings,
        limits: defaultLimits,
        folder: context.folder,
        width: Math.min(parallel, processors),
        log: context.log,
        fetchPoms: pomsOf(context),
      });
      return runner;
    },
    close: async () => {
      await runner?.close();
    },
  };
}

/** Loaded when the first POM is missing: most scans need none. */
function pomsOf(context: ScanContext): FetchPoms {
  let poms: Promise<FetchPoms> | null = null;
  return async (wanted) => {
    poms ??= import('./maven.ts').then(({ pomsFor }) => pomsFor(context));
    return (await poms)(wanted);
  };
}

/** Where analyzed layers are kept; null when they are not, or cannot be. */
export function openCache({ settings, cacheFolder, environment, log }: ScanContext): LayerCache | null {
  const backend = settings.text('cache.backend') ?? 'fs';
  if (backend === 'memory') {
    return null;
  }
  if (backend !== 'fs') {
    throw new AppError('usage.invalid', `there is no cache backend '${backend}'`, {
      hint: 'Use fs or memory.',
    });
  }
  try {
    return new SqliteLayerCache({
      path: layerCachePath(cacheFolder),
      maxBytes: cacheBytes,
      now: environment.now,
      log,
    });
  } catch (error) {
    log.warn('layers are not kept', { problem: (error as Error).message });
    return null;
  }
}
