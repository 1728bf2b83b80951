import { type ConfigKey, findKey, findRemoved, nearestKey, openObjects } from './keys.ts';
import type { ConfigProblem } from './problem.ts';
import { readBoolean, readNumber } from './scalar.ts';
import type { Tree, TreeMap } from './tree.ts';

export interface CheckOptions {
  /** Unknown keys are warnings instead of errors. */
  readonly lenient: boolean;
  /** No live capture: keys that only matter there are named. */
  readonly replay: boolean;
}

/** Goes over a whole document: every key is honoured, satisfied otherwise, removed or unknown, and types fit. */
export function checkTree(root: TreeMap, options: CheckOptions): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  checkMap(root, '', '', options, problems);
  return problems;
}

function checkMap(
  map: TreeMap,
  pattern: string,
  path: string,
  options: CheckOptions,
  problems: ConfigProblem[],
): void {
  for (const [name, value] of map) {
    const childPattern = pattern === '' ? name : `${pattern}.${name}`;
    const childPath = path === '' ? name : `${path}.${name}`;
    const key = findKey(childPattern);
    if (key === undefined) {
      problems.push(unknownOrRemoved(name, pattern, childPattern, childPath, options));
    } else {
      checkValue(value, key, childPath, options, problems);
    }
  }
}

function unknownOrRemoved(
  name: string,
  parent: string,
  pattern: string,
  path: string,
  { lenient }: CheckOptions,
): ConfigProblem {
  const removed = findRemoved(pattern);
  if (removed !== undefined) {
    return {
      severity: 'warning',
      key: path,
      message: `${path} was removed in Falco ${removed.since} and does nothing`,
      hint: removed.note,
    };
  }
  const near = nearestKey(parent, name);
  return {
    severity: lenient ? 'warning' : 'error',
    key: path,
    message: `${path} is not a key of this configuration`,
    hint:
      near === null
        ? 'Remove it, or start with --lenient.'
        : `Did you mean ${parent === '' ? near : `${parent}.${near}`}?`,
  };
}

function checkValue(
  value: Tree,
  key: ConfigKey,
  path: string,
  options: CheckOptions,
  problems: ConfigProblem[],
): void {
  if (key.class === 'satisfied') {
    problems.push({
      severity: 'info',
      key: path,
      message: `${path} needs no setting`,
      ...(key.note === undefined ? {} : { hint: key.note }),
    });
  } else if (key.live === true && options.replay && !(value instanceof Map)) {
    problems.push({
      severity: 'info',
      key: path,
      message: `${path} matters for live capture only`,
      hint: 'This is a replay.',
    });
  }
  const wrong = value === null ? null : wrongType(value, key);
  if (wrong !== null) {
    problems.push({ severity: 'error', key: path, message: `${path}: ${wrong}` });
    return;
  }
  if (openObjects.has(key.key)) {
    return;
  }
  if (value instanceof Map) {
    checkMap(value, key.key, path, options, problems);
  } else if (Array.isArray(value)) {
    value.forEach((item, i) => {
      if (item instanceof Map && !openObjects.has(`${key.key}[]`)) {
        checkMap(item, `${key.key}[]`, `${path}[${i}]`, options, problems);
      }
    });
  }
}

/** What is wrong with a value, null when it fits. */
function wrongType(value: Tree, key: ConfigKey): string | null {
  switch (key.type) {
    case 'any':
      return null;
    case 'object':
      // An empty text is an object without keys.
      return value instanceof Map || value === '' ? null : 'a map of keys is expected';
    case 'array':
      return value instanceof Map ? 'a list is expected' : null;
    default:
      return typeof value === 'string' ? wrongScalar(value, key) : `a single ${key.type} is expected`;
  }
}

function wrongScalar(value: string, key: ConfigKey): string | null {
  if (key.type === 'boolean') {
    return readBoolean(value) === null ? `'${value}' is neither true nor false` : null;
  }
  if (key.type === 'string') {
    const allowed = key.enum;
    return allowed === undefined || allowed.includes(value)
      ? null
      : `'${value}' is none of ${allowed.join(', ')}`;
  }
  const number = readNumber(value);
  if (number === null || (key.type === 'integer' && !Number.isInteger(number))) {
    return `'${value}' is not a${key.type === 'integer' ? ' whole' : ''} number`;
  }
  if (number < (key.min ?? Number.NEGATIVE_INFINITY) || number > (key.max ?? Number.POSITIVE_INFINITY)) {
    return `${value} is not between ${key.min ?? '-∞'} and ${key.max ?? '∞'}`;
  }
  return null;
}
