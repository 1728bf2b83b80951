import { baseName } from '../../lib/path.ts';

/** What Maven calls an artifact. */
export interface Coordinates {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
}

/** Artifact and version in `spring-core-5.3.4-SNAPSHOT.jar`; null for other names. */
export function coordinatesOfName(path: string): { artifactId: string; version: string } | null {
  const [, artifactId, version] =
    /^([\w.-]*[^-*])-(\d\S*)\.jar$/.exec(baseName(path).slice(0, maxName)) ?? [];
  return artifactId === undefined || version === undefined ? null : { artifactId, version };
}

/** The lines of a pom.properties; null when one is missing. */
export function coordinatesOfProperties(text: string): Coordinates | null {
  const values = new Map<string, string>();
  for (const line of text.split(/[\r\n]+/)) {
    const [, key, value] = /^\s*(groupId|artifactId|version)=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) {
      values.set(key, value.trim());
    }
  }
  const [groupId = '', artifactId = '', version = ''] = ['groupId', 'artifactId', 'version'].map((key) =>
    values.get(key),
  );
  return groupId === '' || artifactId === '' || version === '' ? null : { groupId, artifactId, version };
}

const maxName = 300;
