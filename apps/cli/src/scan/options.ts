import { AppError, nearest } from '@lanner/core';
import type { Scanner, TargetKind } from '@lanner/scanner';
import type { Setting } from './settings.ts';

/** What follows `lanner scan`. */
export const targetKinds = ['image', 'fs', 'rootfs', 'repo', 'sbom'] as const;
export type ScanKind = (typeof targetKinds)[number];

/** Names that Trivy also knows them by. */
const kindAliases: Readonly<Record<string, ScanKind>> = { i: 'image', filesystem: 'fs', repository: 'repo' };

/** Throws AppError 'usage.invalid' with the nearest kind. */
export function scanKind(word: string | undefined): ScanKind {
  const known: readonly string[] = [...targetKinds, ...Object.keys(kindAliases)];
  const kind = targetKinds.find((one) => one === word) ?? kindAliases[word ?? ''];
  if (kind === undefined) {
    const near = word === undefined ? null : nearest(word, known);
    throw new AppError(
      'usage.invalid',
      word === undefined ? 'scan needs what to scan' : `'${word}' cannot be scanned`,
      {
        hint:
          near === null
            ? `Usage: lanner scan ${targetKinds.join('|')} TARGET`
            : `Did you mean: lanner scan ${near}`,
      },
    );
  }
  return kind;
}

/** What an analyzer is told that it looks at. */
export const analyzerTargets: Readonly<Record<Exclude<ScanKind, 'sbom'>, TargetKind>> = {
  image: 'image',
  fs: 'filesystem',
  rootfs: 'rootfs',
  repo: 'repository',
};

/** Typed access to settings by their key of trivy.yaml. */
export class ScanSettings {
  readonly #settings: ReadonlyMap<string, Setting>;
  readonly #used = new Set<string>();

  constructor(settings: ReadonlyMap<string, Setting>) {
    this.#settings = settings;
  }

  /** Whether a user gave it, in whatever way. */
  isGiven(key: string): boolean {
    return (this.#settings.get(key)?.origin ?? 'default') !== 'default';
  }

  text(key: string): string | undefined {
    const value = this.#value(key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  isOn(key: string): boolean {
    return this.#value(key) === true;
  }

  number(key: string): number | undefined {
    const value = this.#value(key);
    return typeof value === 'number' ? value : undefined;
  }

  /** Texts; a setting with choices has only those, which the caller's type names. */
  // The caller's type says which choices the setting has, which `readSettings` has checked.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  list<T extends string = string>(key: string): readonly T[] {
    const value = this.#value(key);
    return Array.isArray(value) ? (value as T[]) : [];
  }

  raw(key: string): unknown {
    return this.#value(key);
  }

  #value(key: string): unknown {
    this.#used.add(key);
    return this.#settings.get(key)?.value;
  }
}

/** What to look for. SBOM formats look for nothing that they have no place for, unless asked. */
export function scannersOf(kind: ScanKind, settings: ScanSettings, isSbomFormat: boolean): Set<Scanner> {
  const given = settings.list<Scanner>('scan.scanners');
  if ([...given, ...settings.list('image.image-config-scanners')].includes('misconfig')) {
    throw new AppError('usage.invalid', 'misconfigurations cannot be looked for yet', {
      hint: 'Use --scanners vuln,secret,license or leave it out.',
    });
  }
  if (given.length > 0) {
    return new Set(given);
  }
  if (isSbomFormat) {
    return new Set();
  }
  return new Set(kind === 'sbom' ? ['vuln'] : ['vuln', 'secret']);
}
