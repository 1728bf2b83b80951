import { AppError } from '@lanner/core';
import { type FoundPackage, packageId } from '../packages.ts';
import { numberedLines } from '../lines.ts';
import { type GoMod, parseGoMod } from './go-mod.ts';

export interface GoModules {
  /** Absent when go.mod does not name the module. */
  readonly root: FoundPackage | null;
  readonly modules: readonly (FoundPackage & { readonly id: string })[];
  /** It names direct modules only, as before Go 1.17. */
  readonly needsGoSum: boolean;
}

/** Modules that go.mod requires, replacements carried out. Throws AppError 'artifact.parse'. */
export function goModules(text: string, withStdlib: boolean): GoModules {
  const mod = parseGoMod(text);
  if (mod === null) {
    throw new AppError('artifact.parse', 'go.mod is damaged');
  }
  const isOld = mod.go === '' || isBefore117(mod.go);
  const modules = new Map<string, FoundPackage & { id: string }>();
  const stdlib = withStdlib ? stdlibVersion(mod) : '';
  if (stdlib !== '') {
    modules.set('stdlib', toModule('stdlib', `v${stdlib}`, false));
  }
  for (const { path, version, indirect } of mod.require) {
    if (!(isOld && indirect)) {
      modules.set(path, toModule(path, version, indirect));
    }
  }
  for (const { path, version, newPath, newVersion } of mod.replace) {
    const replaced = modules.get(path);
    if (replaced === undefined || (version !== '' && version !== replaced.version)) {
      continue;
    }
    modules.delete(path);
    if (newVersion !== '') {
      modules.set(newPath, toModule(newPath, newVersion, replaced.relationship === 'indirect'));
    }
  }
  const { module } = mod;
  return {
    root: module === '' ? null : { id: module, name: module, relationship: 'root' },
    modules: [...modules.values()],
    needsGoSum: ![...modules.values()].some(({ relationship }) => relationship === 'indirect'),
  };
}

/** Modules of go.sum; of several versions the last one, which is the newest. */
export function goSumModules(text: string): (FoundPackage & { readonly id: string })[] {
  const versions = new Map<string, string>();
  for (const [line] of numberedLines(text)) {
    const [path, version] = line.trim().split(/\s+/);
    if (path && version) {
      versions.set(path, version.replace(/\/go\.mod$/, ''));
    }
  }
  return [...versions].map(([path, version]) => toModule(path, version, true));
}

function toModule(path: string, version: string, indirect: boolean): FoundPackage & { id: string } {
  return {
    id: packageId(path, version),
    name: path,
    version,
    relationship: indirect ? 'indirect' : 'direct',
  };
}

function isBefore117(version: string): boolean {
  return compareMinor(version, 1, 17) < 0;
}

function compareMinor(version: string, major: number, minor: number): number {
  const [, first = '0', second = '0'] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return Number(first) - major || Number(second) - minor;
}

/** The version of the toolchain line, else from Go 1.21 that of the go line; empty for older ones. */
function stdlibVersion({ toolchain, go }: GoMod): string {
  if (toolchain !== '') {
    return toolchain.replace(/^go/, '').split('-', 1)[0] ?? '';
  }
  if (go === '' || compareMinor(go, 1, 21) < 0) {
    return '';
  }
  return /^\d+\.\d+$/.test(go) ? `${go}.0` : go;
}
