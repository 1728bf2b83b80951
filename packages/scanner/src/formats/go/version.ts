import { trimOf } from '../../lib/trim.ts';
import type { GoBuild } from './modules.ts';

/** The version of the standard library: `go1.22.3 X:boringcrypto` → `v1.22.3`; undefined for unreleased compilers. */
export function stdlibVersion(goVersion: string): string | undefined {
  const release = /^go(\d[^ ]*?)(?:-X:.*)?(?: .*)?$/.exec(goVersion)?.[1];
  return release === undefined ? undefined : `v${release}`;
}

/**
 * The version of the main module. What the linker was told (`-X main.version=1.2.3`) stands in where Go knows none, and
 * for versions that Go made up from the commit.
 */
export function mainVersion({ main, settings }: GoBuild): string | undefined {
  const told = releaseOf(main?.version ?? '');
  if (main === null || (told !== undefined && !told.startsWith('v0.0.0'))) {
    return told;
  }
  return linkedVersion(main.path, wordsOf(settings.get('-ldflags') ?? '')) ?? told;
}

/** Undefined for what was built from a working folder. */
export function releaseOf(version: string): string | undefined {
  return version === '' || version === '(devel)' ? undefined : version;
}

/** The one version that linker flags set for a module: in its `cmd` folder, in a usual package, or elsewhere. */
function linkedVersion(module: string, flags: readonly string[]): string | undefined {
  const ranked: string[][] = [[], [], []];
  for (const [key, value] of linkedValues(flags)) {
    if (/\.ver(?:sion)?$/i.test(key) && isSemver(value)) {
      const rank = key.startsWith(`${module}/cmd/`) ? 0 : usualPackages.has(packageOf(key)) ? 1 : 2;
      ranked[rank]?.push(value);
    }
  }
  const found = ranked.find((versions) => versions.length > 0) ?? [];
  return found.length === 1 ? found[0] : undefined;
}

const usualPackages = new Set(['main', 'common', 'version', 'cmd']);

/** `github.com/a/b/pkg/Version.version` → `version` */
function packageOf(key: string): string {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return name.split('.', 1)[0]?.toLowerCase() ?? '';
}

/** `-X key=value`, `-X=key=value`, quoted or not; of a key that is there twice, the last one. */
function linkedValues(flags: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [i, flag] of flags.entries()) {
    if (!flag.startsWith('-X')) {
      continue;
    }
    const text = flag === '-X' ? (flags[i + 1] ?? '') : flag.slice(2).replace(/^=/, '');
    const plain = trimOf(text, `"'`);
    const equals = plain.indexOf('=');
    if (equals >= 0) {
      values.set(plain.slice(0, equals), plain.slice(equals + 1));
    }
  }
  return values;
}

function isSemver(text: string): boolean {
  const number = '(?:0|[1-9]\\d*)';
  return new RegExp(`^v?${number}(?:\\.${number}(?:\\.${number}(?:-[\\w.-]+)?(?:\\+[\\w.-]+)?)?)?$`).test(
    text.slice(0, 200),
  );
}

/** Words as a shell splits them. */
function wordsOf(text: string): string[] {
  const words = text.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs);
  return Array.from(words, ([word]) =>
    word.replaceAll(
      /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs,
      (_, double?: string, single?: string, escaped?: string) => {
        return double?.replaceAll(/\\(["\\$`])/g, '$1') ?? single ?? escaped ?? '';
      },
    ),
  );
}
