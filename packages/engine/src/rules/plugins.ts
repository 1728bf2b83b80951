import type { PluginRequirement } from './model.ts';
import { isCompatible, parseVersion } from './version.ts';

/** A plugin that is loaded, or built in under its name. */
export interface PluginInfo {
  readonly name: string;
  readonly version: string;
  /** The event source that it gives events of; absent when it gives none. */
  readonly source?: string;
  /** Names of fields that it adds, without arguments. */
  readonly fields?: readonly string[];
  /** Sources whose events its fields are for; all when empty or absent. */
  readonly fieldSources?: readonly string[];
  /** Names of the asynchronous events that it makes. */
  readonly asyncEvents?: readonly string[];
}

/** Says which requirement the plugins do not fulfil; null when all is well. */
export function checkPlugins(
  requirements: readonly PluginRequirement[],
  plugins: readonly Pick<PluginInfo, 'name' | 'version'>[],
): string | null {
  for (const requirement of requirements) {
    const problem = checkRequirement(requirement, plugins);
    if (problem !== null) {
      return problem;
    }
  }
  return null;
}

/** The first alternative whose plugin is loaded decides. */
function checkRequirement(
  requirement: PluginRequirement,
  plugins: readonly Pick<PluginInfo, 'name' | 'version'>[],
): string | null {
  for (const { name, version } of requirement) {
    const plugin = plugins.find((candidate) => candidate.name === name);
    if (plugin === undefined) {
      continue;
    }
    const available = parseVersion(plugin.version);
    const wanted = parseVersion(version);
    if (available === null) {
      return `Plugin '${name}' has invalid version string '${plugin.version}'`;
    }
    return wanted !== null && isCompatible(available, wanted)
      ? null
      : `Plugin '${name}' version '${plugin.version}' is not compatible with required plugin version '${version}'`;
  }
  const wanted = requirement.map(({ name, version }) => `${name} (>= ${version})`);
  return `Plugin requirement not satisfied, must load one of: ${wanted.join(', ')}`;
}
