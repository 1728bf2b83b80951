import type { FieldArgument } from '../field.ts';
import type { JsonNode } from './json-text.ts';
import { valuesAt } from './k8s-audit.ts';

/** The three lists of containers of a pod. */
export type ContainerList = 'containers' | 'initContainers' | 'ephemeralContainers';

/**
 * What the containers of the pod in the request hold at a path: of all (null for one without it), or of the one that
 * `index` names. Null when there is no such list, or the named container has no such value.
 */
export function containerValues(
  record: JsonNode,
  list: ContainerList,
  index: FieldArgument,
  ...keys: readonly string[]
): readonly (JsonNode | null)[] | null {
  return valuesAt(record, index, ['requestObject', 'spec', list, ...keys]);
}

/** An image up to the first colon or at sign: Falco drops tag and digest, and what follows the port of a registry. */
export function imageRepository(image: string): string {
  return /^[^:@]*/.exec(image)?.[0] ?? '';
}
