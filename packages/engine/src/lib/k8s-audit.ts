import type { EventView } from '../event.ts';
import type { Field, FieldArgument } from '../field.ts';
import { cString } from './c-string.ts';
import { eventJson } from './json-event.ts';
import { followKeys } from './json-pointer.ts';
import { jsonItems, jsonMember, type JsonNode, jsonText } from './json-text.ts';

/** The event source that audit records belong to. */
export const auditSource = 'k8s_audit';

/** Reads a value from an audit record. */
export type ReadAudit = (record: JsonNode, argument: FieldArgument) => string | readonly string[] | null;

/** The audit record that an event carries; null for other events. What has no audit id is no record. */
export function auditRecord(event: EventView): JsonNode | null {
  if (event.source !== auditSource) {
    return null;
  }
  const root = eventJson(event);
  return root !== null && jsonMember(root, 'auditID') !== null ? root : null;
}

/** A field with a single value. */
export function auditField(name: string, doc: string, read: ReadAudit): Field {
  return { name, type: 'CHARBUF', doc, extract: extractor(read) };
}

/** A field with a list of values; an empty list is no value. */
export function auditListField(name: string, doc: string, read: ReadAudit): Field {
  return { ...auditField(name, doc, read), list: true };
}

/** A list field that may be narrowed to one element by `[index]`. */
export function auditIndexedField(name: string, doc: string, read: ReadAudit): Field {
  return { ...auditListField(name, doc, read), argument: 'optional', argumentKinds: ['index'] };
}

/** A field with a single value that needs `[key]`. */
export function auditKeyedField(name: string, doc: string, read: ReadAudit): Field {
  return { ...auditField(name, doc, read), argument: 'required', argumentKinds: ['key'] };
}

/** Reads the value at a path of keys. */
export function textAt(...keys: readonly string[]): ReadAudit {
  return function read(record) {
    const value = followKeys(record, keys);
    return value && jsonText(value);
  };
}

/** Reads the elements of the array at a path of keys; no value where something else stands there. */
export function textsAt(...keys: readonly string[]): ReadAudit {
  return function read(record) {
    const value = followKeys(record, keys);
    return value?.kind === 'array' ? jsonItems(value).map(jsonText) : null;
  };
}

/**
 * The values at a path that may lead through arrays: of all elements, with null where one lacks the rest of the path,
 * or of the element that `index` names. An empty key stands for the value itself. Null when the path leads nowhere.
 * An array at the end of the path is one value.
 */
export function valuesAt(
  record: JsonNode,
  index: FieldArgument,
  keys: readonly string[],
): readonly (JsonNode | null)[] | null {
  let value = record;
  for (const [i, key] of keys.entries()) {
    if (value.kind === 'array') {
      const items = jsonItems(value);
      if (typeof index !== 'number') {
        const rest = keys.slice(i);
        return items.flatMap((item) => valuesAt(item, index, rest) ?? [null]);
      }
      const item = items[index];
      if (item === undefined) {
        return null;
      }
      value = item;
    }
    const next = key === '' ? value : followKeys(value, [key]);
    if (next === null) {
      return null;
    }
    value = next;
  }
  return [value];
}

/** The texts of those values that are there; null when the path leads nowhere. */
export function presentTexts(values: readonly (JsonNode | null)[] | null): string[] | null {
  return values && values.filter((value) => value !== null).map(jsonText);
}

/** The texts of all values; null when one is missing. */
export function completeTexts(values: readonly (JsonNode | null)[] | null): string[] | null {
  const texts = presentTexts(values);
  return texts?.length === values?.length ? texts : null;
}

// Readers give whole texts; the value of a field ends at a NUL.
function extractor(read: ReadAudit): Field['extract'] {
  return function extract(event, argument) {
    const record = auditRecord(event);
    const value = record && read(record, argument);
    if (value === null || typeof value === 'string') {
      return value && cString(value);
    }
    return value.length === 0 ? null : value.map(cString);
  };
}
