import {
  type AnalysisProcess,
  type AnalysisProcessOptions,
  sharedCompileCache,
  startAnalysisProcess,
} from '@lanner/scanner';
import { existsSync } from 'node:fs';
import { cacheDirOf } from '../db/cache-dir.ts';
import { layerCachePath } from './layer-cache-path.ts';
import { analysisEntry } from './self.ts';
import { type ScanFolder, scanFolder } from './temporary.ts';

export const defaultMemoryMiB = 512;

/** The process that reads artifacts, and the only folder that it writes in. */
export interface ReadyAnalysis {
  readonly folder: ScanFolder;
  readonly process: AnalysisProcess;
}

interface AnalysisStart {
  readonly reads: AnalysisProcessOptions['reads'];
  readonly folder: ScanFolder;
  readonly memoryLimitMiB: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Kinds of which something has to be read in any case. */
const folders: readonly (string | undefined)[] = ['fs', 'filesystem', 'rootfs', 'repo', 'repository'];
/** What follows may not be a scan after all, or one with another process. */
const others = /^(--help|--version|--generate-default-config|--memory-limit|-h|-v)(=|$)/;

let ready: ReadyAnalysis | null = null;

/**
 * Starts the process before the command line is read, where a glance at it says that there will be something to read. A
 * program that then does something else ends without it.
 */
export function startAhead(args: readonly string[], env: AnalysisStart['env']): void {
  if (!readsFiles(args, env)) {
    return;
  }
  try {
    const folder = scanFolder(env, new Date());
    const reads = readsOf(args[0]);
    const started = startProcess({ reads, folder, memoryLimitMiB: defaultMemoryMiB, env });
    started.child.unref();
    started.child.channel?.unref();
    ready = { folder, process: started };
  } catch {
    // It is started again when it is needed, and what hinders it is told then.
    ready = null;
  }
}

/** What was started ahead, once; null when nothing was. */
export function takeAhead(): ReadyAnalysis | null {
  const taken = ready;
  ready = null;
  taken?.process.child.ref();
  taken?.process.child.channel?.ref();
  return taken;
}

/** What a scan of some kind reads; images may turn out to lie unpacked on disk. */
export function readsOf(kind: string | undefined): AnalysisProcessOptions['reads'] {
  return kind === 'image' ? 'archives' : 'folders';
}

export function startProcess({ reads, folder, memoryLimitMiB, env }: AnalysisStart): AnalysisProcess {
  return startAnalysisProcess({
    entry: analysisEntry(),
    reads,
    folder: folder.path,
    memoryLimitMiB,
    compileCache: sharedCompileCache(),
    env,
  });
}

/** Whether a scan with these arguments reads files whatever it knows already. */
export function readsFiles([kind, ...options]: readonly string[], env: AnalysisStart['env']): boolean {
  if (options.length === 0 || options.some((option) => others.test(option))) {
    return false;
  }
  return folders.includes(kind) || (kind === 'image' && keepsNoLayers(options, env));
}

/** No layer is kept, or none is yet. A configuration file may say otherwise, which is found out later. */
function keepsNoLayers(options: readonly string[], env: AnalysisStart['env']): boolean {
  const cacheDir = glanceAt('--cache-dir', options);
  return (
    (glanceAt('--cache-backend', options) ?? env['TRIVY_CACHE_BACKEND']) === 'memory' ||
    !existsSync(layerCachePath(cacheDirOf(cacheDir === undefined ? {} : { 'cache-dir': cacheDir }, env)))
  );
}

function glanceAt(name: string, options: readonly string[]): string | undefined {
  const at = options.indexOf(name);
  return at < 0
    ? options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1)
    : options[at + 1];
}
