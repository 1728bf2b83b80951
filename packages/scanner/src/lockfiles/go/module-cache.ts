import type { AnalyzerContext, HostFiles } from '../../analyzer.ts';
import type { LicenseFileFinding } from '../../model/index.ts';
import { compareText, type FoundPackage } from '../packages.ts';
import { type GoMod, parseGoMod } from './go-mod.ts';

/** What the module cache of this machine tells of a module. */
export interface CachedModule {
  readonly licenses: readonly string[];
  /** Paths of modules that it itself uses, in their order. */
  readonly needs: readonly string[];
}

const licenseFile = /^(?:license|licence|copying|unlicense|readme)(?:[.-].*)?$/i;

export function isLicenseName(name: string): boolean {
  return licenseFile.test(name) && !/^readme/i.test(name);
}

/** Reads `$GOPATH/pkg/mod/<path>@<version>`; null for a module that is not there, or without files of this machine. */
export function moduleCache(context: AnalyzerContext): (module: FoundPackage) => CachedModule | null {
  const { host, classifyLicense } = context;
  if (host === null) {
    return () => null;
  }
  const { GOPATH, HOME = '' } = host.env;
  const cache = `${GOPATH ?? `${HOME}/go`}/pkg/mod`;
  return ({ name, version = '' }) => {
    const folder = `${cache}/${escapePath(name)}@${escapePath(version)}`;
    const files = host.list(folder);
    if (files.length === 0) {
      return null;
    }
    const text = (file: string): string => host.read(`${folder}/${file}`)?.toString('utf8') ?? '';
    const licenses = classifyLicense ? firstLicenses(folder, host, classifyLicense) : [];
    const mod = files.includes('go.mod') ? parseGoMod(text('go.mod')) : null;
    return { licenses, needs: directNeeds(mod) };
  };
}

/** Files and folders of one module that are looked at. */
const maxEntries = 20_000;
const maxDepth = 32;

/** What the first file with a licence in it says, in the order of paths: usually `LICENSE` at the top. */
function firstLicenses(
  root: string,
  host: HostFiles,
  classify: (text: string) => readonly LicenseFileFinding[],
): string[] {
  let entries = 0;
  function search(folder: string, depth: number): string[] {
    for (const name of [...host.list(folder)].sort(compareText)) {
      if (++entries > maxEntries) {
        return [];
      }
      const path = `${folder}/${name}`;
      const bytes = isLicenseName(name) ? host.read(path) : null;
      const found = bytes === null ? below(path, depth) : namesIn(classify(bytes.toString('utf8')));
      if (found.length > 0) {
        return found;
      }
    }
    return [];
  }
  function below(path: string, depth: number): string[] {
    return depth < maxDepth ? search(path, depth + 1) : [];
  }
  return search(root, 0);
}

export function namesIn(findings: readonly LicenseFileFinding[]): string[] {
  return [...new Set(findings.map(({ name }) => name))].sort(compareText);
}

function directNeeds(mod: GoMod | null): string[] {
  return (mod?.require ?? [])
    .filter(({ indirect }) => !indirect)
    .map(({ path }) => path)
    .sort(compareText);
}

/** File systems that do not tell case apart: capitals have an exclamation mark in front. */
function escapePath(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}
