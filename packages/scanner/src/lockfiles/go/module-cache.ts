import type { AnalyzerContext } from '../../analyzer.ts';
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
    const licenses = classifyLicense
      ? files.filter(isLicenseName).flatMap((file) => classifyLicense(text(file)).map((found) => found.name))
      : [];
    const mod = files.includes('go.mod') ? parseGoMod(text('go.mod')) : null;
    return { licenses: [...new Set(licenses)], needs: directNeeds(mod) };
  };
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
