/** What templates work on: JavaScript values that stand for Go's. Integers are numbers or bigint, nil is null. */
export type Value = unknown;

/** A function a template can call; it may throw AppError 'template.execution'. */
export type TemplateFunction = (...values: never[]) => Value;

/** True for what Go calls a map: a Map, or an object without a class of its own. */
export function isMap(
  value: Value,
): value is ReadonlyMap<unknown, unknown> | Readonly<Record<string, unknown>> {
  if (value instanceof Map) {
    return true;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Keys and values in the order in which Go ranges over a map: sorted by key. */
export function mapEntries(map: Value): [key: unknown, value: unknown][] {
  const entries = map instanceof Map ? [...(map as Map<unknown, unknown>)] : Object.entries(map as object);
  return entries.sort(([a], [b]) => compareKeys(a, b));
}

/** The value under a key; undefined when there is none. Only own keys count, so that `constructor` is no key. */
export function mapGet(map: Value, key: unknown): unknown {
  if (map instanceof Map) {
    return map.get(key);
  }
  const name = String(key);
  return Object.hasOwn(map as object, name) ? (map as Record<string, unknown>)[name] : undefined;
}

export function isInteger(value: Value): value is number | bigint {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}

export function isNumber(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** Go's truth: not the zero value of its type, and not empty. */
export function truth(value: Value): boolean {
  if (value === null || value === undefined) {
    return false;
  }
  if (Array.isArray(value)) {
    return value.length > 0;
  }
  if (value instanceof Map) {
    return value.size > 0;
  }
  if (isMap(value)) {
    return Object.keys(value).length > 0;
  }
  return typeof value === 'object' || typeof value === 'function' || Boolean(value);
}

/** The name of the Go type that a value stands for. */
export function typeName(value: Value): string {
  if (value === null || value === undefined) {
    return '<nil>';
  }
  if (Array.isArray(value)) {
    return '[]interface {}';
  }
  if (isMap(value)) {
    return 'map[string]interface {}';
  }
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float64';
    case 'function':
      return 'func()';
    default:
      return 'struct {}';
  }
}

function compareKeys(a: unknown, b: unknown): number {
  if (isNumber(a) && isNumber(b)) {
    return a < b ? -1 : a > b ? 1 : 0;
  }
  const left = String(a);
  const right = String(b);
  return left < right ? -1 : left > right ? 1 : 0;
}
