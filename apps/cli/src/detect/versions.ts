import { engineVersion, formatVersion, schemaVersion } from '@lanner/engine';

/** The versions that Falco tells of, under its names. */
export function versions(version: string): Record<string, string> {
  return {
    default_driver_version: '',
    driver_api_version: '',
    driver_schema_version: schemaVersion,
    engine_version: String(engineVersion.minor),
    engine_version_semver: formatVersion(engineVersion),
    falco_version: version,
    libs_version: '',
    plugin_api_version: '',
  };
}
