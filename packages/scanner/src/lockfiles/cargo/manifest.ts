import { isObject, objectOf, stringOf, textsOf } from '../../lib/json.ts';
import { parseToml } from '../../lib/structured-text.ts';
import type { WorkspaceTable } from './workspace-id.ts';

/** What a Cargo.toml says. */
export interface CargoManifest {
  /** Empty for a manifest that only lists the members of a workspace. */
  readonly name: string;
  /** Absent when the workspace tells it. */
  readonly version?: string;
  /** Names of crates that the program is built from, not those for its tests and build scripts. */
  readonly dependencies: ReadonlySet<string>;
  readonly workspace: WorkspaceTable;
}

/** Throws AppError 'artifact.parse'. */
export function parseCargoManifest(text: string): CargoManifest {
  const top = parseToml(text);
  const own = objectOf(top['package']);
  const workspace = objectOf(top['workspace']);
  const tables = [
    top['dependencies'],
    ...Object.values(objectOf(top['target'])).map((target) => objectOf(target)['dependencies']),
    workspace['dependencies'],
  ];
  return {
    name: stringOf(own['name']),
    ...(typeof own['version'] === 'string' ? { version: own['version'] } : {}),
    dependencies: new Set(tables.flatMap(crateNames)),
    workspace: {
      dependencies: objectOf(workspace['dependencies']),
      members: textsOf(workspace['members']),
      version: stringOf(objectOf(workspace['package'])['version']),
    },
  };
}

/** A dependency can have another name in the code than its crate. */
function crateNames(table: unknown): string[] {
  return Object.entries(objectOf(table)).map(([name, value]) =>
    isObject(value) ? stringOf(value['package']) || name : name,
  );
}
