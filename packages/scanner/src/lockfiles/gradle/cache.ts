import { AppError } from '@lanner/core';
import type { HostFiles } from '../../analyzer.ts';
import { child, childText, childrenOf, parseXml } from '../../lib/xml.ts';
import type { FoundPackage } from '../packages.ts';

/** Adds licences and dependencies from the POM files of the user's Gradle cache. */
export function withGradleCache(packages: readonly FoundPackage[], host: HostFiles): FoundPackage[] {
  const { GRADLE_USER_HOME, HOME = '' } = host.env;
  const folder = `${GRADLE_USER_HOME ?? `${HOME}/.gradle`}/caches/modules-2/files-2.1`;
  if (host.list(folder).length === 0) {
    return [...packages];
  }
  const ids = new Map(packages.map(({ name, id }) => [name, id]));
  return packages.map((found) => {
    const [group = '', artifact = ''] = found.name.split(':');
    const text = cachedPom(
      host,
      `${folder}/${group}/${artifact}/${found.version ?? ''}`,
      artifact,
      found.version,
    );
    return text === undefined ? found : { ...found, ...describe(text, ids) };
  });
}

/** Each file of a library lies in a folder named by its digest. */
function cachedPom(host: HostFiles, folder: string, artifact: string, version = ''): string | undefined {
  for (const digest of host.list(folder)) {
    const bytes = host.read(`${folder}/${digest}/${artifact}-${version}.pom`);
    if (bytes !== null) {
      return bytes.toString('utf8');
    }
  }
  return undefined;
}

function describe(
  pom: string,
  ids: ReadonlyMap<string, string | undefined>,
): Pick<FoundPackage, 'licenses' | 'dependsOn'> {
  try {
    const project = parseXml(pom);
    return {
      licenses: childrenOf(child(project, 'licenses'), 'license')
        .map((license) => childText(license, 'name'))
        .filter((name) => name !== ''),
      dependsOn: childrenOf(child(project, 'dependencies'), 'dependency')
        .map((needed) => ids.get(`${childText(needed, 'groupId')}:${childText(needed, 'artifactId')}`))
        .filter((id) => id !== undefined)
        .sort(),
    };
  } catch (error) {
    if (error instanceof AppError) {
      return {};
    }
    throw error;
  }
}
