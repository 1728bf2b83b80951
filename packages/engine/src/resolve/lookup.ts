import type { Field, FieldClass } from '../field.ts';

/** A field, and what of the name that was looked for is its argument (`path` of `evt.arg.path`). */
export interface FoundField {
  readonly field: Field;
  readonly dotted: string | null;
}

/** Fields by name, as they are visible to rules of an event source. */
export interface FieldLookup {
  /** `source` null stands for every source. */
  readonly find: (name: string, source: string | null) => FoundField | null;
  /** Names that `find` knows for a source. */
  readonly names: (source: string | null) => Iterable<string>;
}

interface Entry {
  readonly field: Field;
  readonly sources: readonly string[] | 'all';
}

/** Looks into the fields of all classes; where a source has two of one name, the class that comes first counts. */
export function createFieldLookup(fieldClasses: readonly FieldClass[]): FieldLookup {
  const entries = new Map<string, Entry[]>();
  for (const { fields, sources } of fieldClasses) {
    for (const field of fields) {
      const known = entries.get(field.name);
      if (known === undefined) {
        entries.set(field.name, [{ field, sources }]);
      } else {
        known.push({ field, sources });
      }
    }
  }
  function visible(name: string, source: string | null): Field | null {
    return entries.get(name)?.find((entry) => isVisible(entry, source))?.field ?? null;
  }
  return {
    find: (name, source) => findField(name, (candidate) => visible(candidate, source)),
    names: (source) => [...entries.keys()].filter((name) => visible(name, source) !== null),
  };
}

function isVisible({ sources }: Entry, source: string | null): boolean {
  return source === null || sources === 'all' || sources.includes(source);
}

/** The field of this name, or the one whose name the rest follows as a dotted argument; the longest counts. */
function findField(name: string, visible: (name: string) => Field | null): FoundField | null {
  const field = visible(name);
  if (field !== null) {
    return { field, dotted: null };
  }
  let dot = name.lastIndexOf('.');
  while (dot > 0) {
    const owner = visible(name.slice(0, dot));
    if (owner?.argumentKinds?.includes('dotted-name') === true) {
      return { field: owner, dotted: name.slice(dot + 1) };
    }
    dot = name.lastIndexOf('.', dot - 1);
  }
  return null;
}
