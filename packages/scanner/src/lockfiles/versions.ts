import type { AnyVersionScheme } from '../version-scheme.ts';
import { versionSchemes } from '../versions/registry.gen.ts';

/** Versions of one packaging system, as the parsers of its lock files need them. */
export interface Versions {
  readonly isVersion: (text: string) => boolean;
  /** The first version that a range admits, pre-releases included. */
  readonly firstIn: (range: string, versions: readonly string[]) => string | undefined;
}

export const npmVersions = versionsOf('npm');
export const pythonVersions = versionsOf('pep440');

function versionsOf(id: string): Versions {
  const scheme: AnyVersionScheme | undefined = versionSchemes.find((one) => one.id === id);
  return {
    isVersion: (text) => (scheme?.parse(text) ?? null) !== null,
    firstIn: (range, versions) => {
      const constraint = scheme?.constraint(range, { prereleases: true });
      return versions.find((version) => {
        const parsed = scheme?.parse(version) ?? null;
        return parsed !== null && (constraint?.admits(parsed) ?? false);
      });
    },
  };
}
