import { printValue } from '../print.ts';
import { isMap, mapEntries, mapGet, truth, typeName, type Value } from '../value.ts';
import { failure, toInteger, toList, toText } from './failure.ts';

const maxLength = 100_000;

/** Functions on lists and dictionaries, and on values in general, under the names of the Sprig library. */
export const collectionFunctions = {
  list: (...values: Value[]) => values,
  tuple: (...values: Value[]) => values,
  first: (list: Value) => toList(list)[0] ?? null,
  last: (list: Value) => toList(list).at(-1) ?? null,
  rest: (list: Value) => toList(list).slice(1),
  initial: (list: Value) => toList(list).slice(0, -1),
  append: (list: Value, value: Value) => [...toList(list), value],
  push: (list: Value, value: Value) => [...toList(list), value],
  prepend: (list: Value, value: Value) => [value, ...toList(list)],
  concat: (...lists: Value[]) => lists.flatMap(toList),
  reverse: (list: Value) => toList(list).toReversed(),
  uniq: (list: Value) => [...new Map(toList(list).map((item) => [printValue(item), item])).values()],
  without: (list: Value, ...unwanted: Value[]) =>
    toList(list).filter((item) => !unwanted.some((value) => printValue(value) === printValue(item))),
  has: (needle: Value, list: Value) => toList(list).some((item) => printValue(item) === printValue(needle)),
  compact: (list: Value) => toList(list).filter(truth),
  sortAlpha: (list: Value) => toList(list).map(printValue).sort(),
  chunk(size: Value, list: Value) {
    const width = Math.max(1, toInteger(size));
    const items = toList(list);
    return Array.from({ length: Math.ceil(items.length / width) }, (_, i) =>
      items.slice(i * width, (i + 1) * width),
    );
  },
  until: (count: Value) => range(0, toInteger(count), 1),
  untilStep: (start: Value, stop: Value, step: Value) =>
    range(toInteger(start), toInteger(stop), toInteger(step)),
  seq(...bounds: Value[]) {
    const [a = 0, b, c] = bounds.map(toInteger);
    const [start, step, end] = c !== undefined ? [a, b ?? 1, c] : b !== undefined ? [a, 1, b] : [1, 1, a];
    return range(start, end + Math.sign(step), step).join(' ');
  },
  dict(...pairs: Value[]) {
    const map = new Map<string, Value>();
    for (let i = 0; i < pairs.length; i += 2) {
      map.set(printValue(pairs[i]), i + 1 < pairs.length ? pairs[i + 1] : '');
    }
    return map;
  },
  get: (map: Value, key: Value) => mapGet(toMap(map), key) ?? '',
  set: (map: Value, key: Value, value: Value) => new Map([...mapEntries(toMap(map)), [toText(key), value]]),
  unset: (map: Value, key: Value) => new Map(mapEntries(toMap(map)).filter(([name]) => name !== key)),
  hasKey: (map: Value, key: Value) => mapGet(toMap(map), key) !== undefined,
  keys: (...maps: Value[]) => maps.flatMap((map) => mapEntries(toMap(map)).map(([key]) => key)),
  values: (map: Value) => mapEntries(toMap(map)).map(([, value]) => value),
  pluck: (key: Value, ...maps: Value[]) =>
    maps.map((map) => mapGet(toMap(map), key)).filter((value) => value !== undefined),
  pick: (map: Value, ...keys: Value[]) =>
    new Map(mapEntries(toMap(map)).filter(([key]) => keys.includes(key))),
  omit: (map: Value, ...keys: Value[]) =>
    new Map(mapEntries(toMap(map)).filter(([key]) => !keys.includes(key))),
  // The first map wins, as in Sprig.
  merge: (...maps: Value[]) => new Map(maps.toReversed().flatMap((map) => mapEntries(toMap(map)))),
  default: (fallback: Value, value?: Value) => (truth(value) ? value : fallback),
  empty: (value: Value) => !truth(value),
  coalesce: (...values: Value[]) => values.find(truth) ?? null,
  all: (...values: Value[]) => values.every(truth),
  any: (...values: Value[]) => values.some(truth),
  ternary: (yes: Value, no: Value, condition: Value) => (truth(condition) ? yes : no),
  fail(message: Value): never {
    throw failure(printValue(message));
  },
  typeOf: (value: Value) => typeName(value),
  kindOf: (value: Value) => kind(value),
  kindIs: (name: Value, value: Value) => kind(value) === name,
  typeIs: (name: Value, value: Value) => typeName(value) === name,
  deepEqual: (a: Value, b: Value) => printValue(a) === printValue(b) && typeName(a) === typeName(b),
};

function toMap(value: Value): Value {
  if (!isMap(value)) {
    throw failure(`wrong type for value; expected map; got ${typeName(value)}`);
  }
  return value;
}

function kind(value: Value): string {
  if (isMap(value)) {
    return 'map';
  }
  return Array.isArray(value) ? 'slice' : value === null || value === undefined ? 'invalid' : typeName(value);
}

function range(start: number, stop: number, step: number): number[] {
  const length = step === 0 ? 0 : Math.max(0, Math.ceil((stop - start) / step));
  if (length > maxLength) {
    throw failure(`a list of ${length} numbers is too long`);
  }
  return Array.from({ length }, (_, i) => start + i * step);
}
