import { isObject, type JsonObject, textOf, textsOf } from '../lib/json.ts';

/** How one value of our model stands in Trivy's JSON and in templates. Reading is lenient: what does not fit is absent. */
export interface Codec {
  /** The JSON value; undefined for what is left out because it is empty. */
  readonly write: (value: unknown) => unknown;
  /** Our value; undefined when there is none. */
  readonly read: (json: unknown) => unknown;
  /** The value in a template, where every member of a struct exists. */
  readonly show: (value: unknown) => unknown;
}

/** One member of a struct: Go's name, ours, and how its value is written. */
export interface Member {
  readonly go: string;
  readonly key: string;
  readonly codec: Codec;
  /** Written even when it is empty. */
  readonly always: boolean;
}

export function member(go: string, key: string, codec: Codec = text): Member {
  return { go, key, codec, always: false };
}

export function always(go: string, key: string, codec: Codec = text): Member {
  return { go, key, codec, always: true };
}

export const text: Codec = {
  write: (value) => (value === '' ? undefined : value),
  read: textOf,
  show: (value) => value ?? '',
};

export const number: Codec = {
  write: (value) => (value === 0 ? undefined : value),
  read: (json) => (typeof json === 'number' && Number.isFinite(json) ? json : undefined),
  show: (value) => value ?? 0,
};

export const flag: Codec = {
  write: (value) => (value === true ? true : undefined),
  read: (json) => (json === true ? true : undefined),
  show: (value) => value === true,
};

/** A flag that is false, not absent, when it does not hold. */
export const plainFlag: Codec = { ...flag, read: (json) => json === true };

export const texts: Codec = {
  write: (value) => (Array.isArray(value) && value.length > 0 ? value : undefined),
  read: (json) => (Array.isArray(json) ? textsOf(json) : undefined),
  show: (value) => value ?? [],
};

/** A value that is passed through as it is. */
export const anything: Codec = {
  write: (value) => value ?? undefined,
  read: (json) => json ?? undefined,
  show: (value) => value ?? null,
};

/** One of a set of texts. */
export function oneOf(values: readonly string[]): Codec {
  return { ...text, read: (json) => values.find((value) => value === json) };
}

/** A text or number that a table gives another form; both ways. */
export function mapped(toJson: (value: unknown) => unknown, fromJson: (json: unknown) => unknown): Codec {
  return { write: toJson, read: fromJson, show: (value) => value ?? null };
}

/** An object; empty ones are left out. `show` gives null for an absent one when `nullable`. */
export function struct(members: readonly Member[], { nullable = false } = {}): Codec {
  return {
    write: (value) => {
      const json = writeMembers(members, value);
      return Object.keys(json).length === 0 ? undefined : json;
    },
    read: (json) => (isObject(json) ? readMembers(members, json) : undefined),
    show: (value) => (nullable && value === undefined ? null : showMembers(members, value)),
  };
}

/** A list; empty ones are left out. */
export function list(item: Codec): Codec {
  return {
    write: (value) =>
      Array.isArray(value) && value.length > 0 ? value.map((one) => item.write(one) ?? {}) : undefined,
    read: (json) =>
      Array.isArray(json) ? json.map(item.read).filter((one) => one !== undefined) : undefined,
    show: (value) => (Array.isArray(value) ? value.map(item.show) : []),
  };
}

/** Values by name, in the order of their names as Go writes them. */
export function record(item: Codec): Codec {
  function entries(value: unknown, turn: (one: unknown) => unknown): [string, unknown][] {
    return Object.entries(isObject(value) ? value : {})
      .map(([name, one]): [string, unknown] => [name, turn(one)])
      .filter(([, one]) => one !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }
  return {
    write: (value) => {
      const all = entries(value, item.write);
      return all.length === 0 ? undefined : Object.fromEntries(all);
    },
    read: (json) => (isObject(json) ? Object.fromEntries(entries(json, item.read)) : undefined),
    show: (value) => Object.fromEntries(entries(value, item.show)),
  };
}

export function writeMembers(members: readonly Member[], value: unknown): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const { go, key, codec, always: isAlways } of members) {
    const given = memberOf(value, key);
    const written = given === undefined ? undefined : codec.write(given);
    if (written !== undefined) {
      json[go] = written;
    } else if (isAlways) {
      json[go] = codec.show(given);
    }
  }
  return json;
}

export function readMembers(members: readonly Member[], json: JsonObject): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const { go, key, codec } of members) {
    const read = codec.read(json[go]);
    if (read !== undefined) {
      value[key] = read;
    }
  }
  return value;
}

export function showMembers(members: readonly Member[], value: unknown): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const { go, key, codec } of members) {
    shown[go] = codec.show(memberOf(value, key));
  }
  return shown;
}

function memberOf(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
