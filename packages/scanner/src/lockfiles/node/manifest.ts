import {
  isObject,
  type JsonObject,
  objectOf,
  objectsOf,
  parseObject,
  stringOf,
  textOf,
  textsOf,
} from '../../lib/json.ts';

/** What a package.json says. */
export interface NodeManifest {
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
  /** Names with the wanted versions. */
  readonly dependencies: ReadonlyMap<string, string>;
  readonly devDependencies: ReadonlyMap<string, string>;
  /** Patterns of folders. */
  readonly workspaces: readonly string[];
}

/** Throws AppError 'artifact.parse'. */
export function parseNodeManifest(text: string): NodeManifest {
  const manifest = parseObject(text, 'artifact.parse');
  const { workspaces } = manifest;
  return {
    name: stringOf(manifest['name']),
    version: stringOf(manifest['version']),
    licenses: licenseNames(manifest['license'] ?? manifest['licenses']),
    dependencies: new Map([
      ...wantedVersions(manifest, 'optionalDependencies'),
      ...wantedVersions(manifest, 'dependencies'),
    ]),
    devDependencies: wantedVersions(manifest, 'devDependencies'),
    workspaces: textsOf(isObject(workspaces) ? workspaces['packages'] : workspaces),
  };
}

/** Names and wanted versions of one section of a manifest or lock file. */
export function wantedVersions(manifest: JsonObject, section: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(objectOf(manifest[section])).map(([name, version]) => [name, stringOf(version)]),
  );
}

/** A text, or as older manifests have it, an object with a type, or a list of these; lists of texts never counted. */
export function licenseNames(license: unknown): string[] {
  if (Array.isArray(license)) {
    return objectsOf(license).flatMap(licenseNames);
  }
  const name = isObject(license) ? textOf(license['type']) : textOf(license);
  return name === undefined ? [] : [name];
}
