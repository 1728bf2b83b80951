import {
  type Hash,
  hashBytes,
  hashList,
  hashMap,
  hashStruct,
  hashText,
  printHash,
} from '../../artifacts/fnv.ts';
import { type JsonObject, objectOf } from '../../lib/json.ts';

/** What the id of a workspace without a package of its own is made from: the `workspace` table of its manifest. */
export interface WorkspaceTable {
  readonly dependencies: JsonObject;
  readonly members: readonly string[];
  /** That members inherit. */
  readonly version: string;
}

/** The id that Trivy gives such a workspace: a structural hash of what it reads of the manifest. */
export function workspaceId({ dependencies, members, version }: WorkspaceTable): string {
  const entries = Object.entries(dependencies).map(([name, value]) => [name, hashValue(value)] as const);
  const shared = hashStruct('', [['Version', version === '' ? null : hashText(version)]]);
  const workspace = hashStruct('cargoTomlWorkspace', [
    ['Dependencies', entries.length === 0 ? null : hashMap(entries)],
    ['Members', hashList(members, hashText)],
    ['Package', version === '' ? null : shared],
  ]);
  return printHash(hashStruct('cargoToml', [['Workspace', workspace]]));
}

function hashValue(value: unknown): Hash {
  if (typeof value === 'string') {
    return hashText(value);
  }
  if (typeof value === 'boolean') {
    return hashBytes([value ? 1 : 0]);
  }
  if (Array.isArray(value)) {
    return hashList(value, hashValue) ?? { high: 0, low: 0 };
  }
  return hashMap(Object.entries(objectOf(value)).map(([key, item]) => [key, hashValue(item)] as const));
}
