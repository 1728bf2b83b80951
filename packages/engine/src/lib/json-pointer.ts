import { type JsonNode, jsonItems, jsonMember } from './json-text.ts';

/**
 * The value that a JSON pointer (RFC 6901) leads to, null when there is none; the first slash may be left out.
 * An empty pointer is the whole document.
 */
export function followPointer(root: JsonNode, pointer: string): JsonNode | null {
  if (pointer === '') {
    return root;
  }
  let value: JsonNode | null = root;
  for (const part of pointer.slice(pointer.startsWith('/') ? 1 : 0).split('/')) {
    value = step(value, part.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (value === null) {
      return null;
    }
  }
  return value;
}

/** The value at a path of keys, null when there is none. */
export function followKeys(root: JsonNode, keys: readonly string[]): JsonNode | null {
  let value: JsonNode | null = root;
  for (const key of keys) {
    value = step(value, key);
    if (value === null) {
      return null;
    }
  }
  return value;
}

/** A member by its key or an element by its decimal index. */
function step(value: JsonNode, key: string): JsonNode | null {
  if (value.kind !== 'array') {
    return jsonMember(value, key);
  }
  return /^[-+]?\d+$/.test(key) ? (jsonItems(value)[Number(key)] ?? null) : null;
}
