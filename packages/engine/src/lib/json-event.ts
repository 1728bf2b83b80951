import type { EventView } from '../event.ts';
import { eventId } from '../event-table.ts';
import { cString } from './c-string.ts';
import { compactJson, type JsonNode, jsonText, parseJson } from './json-text.ts';

const pluginEvent = eventId('PLUGINEVENT_E');
const payloadParam = 1;
const cacheKey = 'json';
/** Sixteen times what Falco's audit plugin lets through; a larger payload, which only a capture can hold, is not read. */
const maxPayloadBytes = 4 * 1024 * 1024;

/** What a plugin event carries, parsed once per event; null where it is no JSON object or array. */
export function eventJson(event: EventView): JsonNode | null {
  if (event.type !== pluginEvent || event.length(payloadParam) > maxPayloadBytes) {
    return null;
  }
  // Only this function writes under this key.
  let root = event.cache.get(cacheKey) as JsonNode | null | undefined;
  if (root === undefined) {
    const payload = event.raw(payloadParam);
    root = payload.startsWith('{') || payload.startsWith('[') ? parseJson(payload) : null;
    event.cache.set(cacheKey, root);
  }
  return root;
}

/** A text's content, any other value as compact JSON: how JSON becomes the value of a field. */
export function fieldText(value: JsonNode): string {
  return cString(jsonText(value));
}

/**
 * The value with its parts on lines of their own, two spaces for each level. Empty objects and arrays stay closed.
 * Null when the text is not JSON in the strict sense, which the other readers of this file do not ask for.
 */
export function indentedJson(value: JsonNode): string | null {
  const text = compactJson(value);
  if (!isStrictJson(text)) {
    return null;
  }
  const parts: string[] = [];
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\[^])*"|[{[][}\]]|[{}[\],:]|[^{}[\],:"]+/g)) {
    depth += depthChange(token);
    const lineBreak = `\n${'  '.repeat(depth)}`;
    if (token === '{' || token === '[' || token === ',') {
      parts.push(token, lineBreak);
    } else if (token === '}' || token === ']') {
      parts.push(lineBreak, token);
    } else {
      parts.push(token === ':' ? ': ' : token);
    }
  }
  return parts.join('');
}

function isStrictJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function depthChange(token: string): number {
  if (token === '{' || token === '[') {
    return 1;
  }
  return token === '}' || token === ']' ? -1 : 0;
}
