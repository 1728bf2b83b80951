import type { SidekickKey, SidekickType, SidekickValue } from './keys.ts';

/** A value as its key wants it, or what is wrong with it. */
export type Coerced = { readonly value: SidekickValue } | { readonly problem: string };

/** A value of YAML: texts, numbers, flags, lists, maps. Keys of maps are in lower case, as upstream reads files. */
export function fromYaml({ type }: SidekickKey, value: unknown): Coerced {
  if (Array.isArray(value)) {
    return type === 'list' ? { value: value.map(printed) } : wrong(type, 'a list');
  }
  if (typeof value === 'object' && value !== null) {
    return type === 'map'
      ? {
          value: Object.fromEntries(
            Object.entries(value).map(([key, entry]) => [key.toLowerCase(), printed(entry)]),
          ),
        }
      : wrong(type, 'a map');
  }
  // Everything else may be written in quotes, or as an environment variable would say it.
  return fromText({ type }, printed(value));
}

/** The text of an environment variable; lists and maps are separated by commas, keys of maps end at a colon. */
export function fromText({ type }: Pick<SidekickKey, 'type'>, text: string): Coerced {
  switch (type) {
    case 'string':
    case 'duration':
      return { value: text };
    case 'integer':
      return /^\s*[+-]?\d+\s*$/.test(text) ? { value: Number(text) } : wrong(type, `'${text}'`);
    case 'boolean':
      return booleans.has(text) ? { value: booleans.get(text) === true } : wrong(type, `'${text}'`);
    case 'list':
      return { value: entriesOf(text) };
    case 'map':
      return mapOf(text);
  }
}

/** The same texts as Go's strconv.ParseBool. */
const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
]);

// A value may hold colons, such as an address; upstream drops such entries without a word.
function mapOf(text: string): Coerced {
  const map: Record<string, string> = {};
  for (const entry of entriesOf(text)) {
    const colon = entry.indexOf(':');
    if (colon <= 0) {
      return { problem: `'${entry}' is no pair of a key, a colon and a value` };
    }
    map[entry.slice(0, colon).trim()] = entry.slice(colon + 1).trim();
  }
  return { value: map };
}

function entriesOf(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function printed(value: unknown): string {
  if (value === null || value === undefined) {
    return '';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function wrong(type: SidekickType, found: string): Coerced {
  return { problem: `${names[type]} is expected, not ${found}` };
}

const names: Readonly<Record<SidekickType, string>> = {
  string: 'a text',
  integer: 'a whole number',
  boolean: 'true or false',
  list: 'a list',
  map: 'a map',
  duration: 'a time span such as 30s',
};
