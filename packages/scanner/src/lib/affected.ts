import type { AnyVersionScheme, ConstraintOptions } from '../version-scheme.ts';

/** The versions that an advisory about a language's package speaks of, as constraints. */
export interface AffectedVersions {
  readonly vulnerableVersions?: readonly string[];
  readonly patchedVersions?: readonly string[];
  readonly unaffectedVersions?: readonly string[];
}

/**
 * Whether a version is affected. An empty constraint means every version; a version or constraint that cannot be read
 * means no. Pre-releases count as versions like others.
 */
export function isAffected(
  scheme: AnyVersionScheme,
  text: string,
  advisory: AffectedVersions,
  options: ConstraintOptions = {},
): boolean {
  const { vulnerableVersions = [], patchedVersions = [], unaffectedVersions = [] } = advisory;
  if (vulnerableVersions.includes('') || patchedVersions.includes('')) {
    return true;
  }
  const version = scheme.parse(text);
  if (version === null) {
    return false;
  }
  function admits(constraints: readonly string[]): boolean | null {
    const constraint = scheme.constraint(constraints.join(' || '), { prereleases: true, ...options });
    return constraint?.admits(version) ?? null;
  }
  if (vulnerableVersions.length > 0 && admits(vulnerableVersions) !== true) {
    return false;
  }
  const sound = [...patchedVersions, ...unaffectedVersions];
  if (sound.length === 0) {
    return vulnerableVersions.length > 0;
  }
  return admits(sound) === false;
}
