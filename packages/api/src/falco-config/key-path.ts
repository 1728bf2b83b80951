import { AppError } from '@lanner/core';
import { parseTree, type Tree, type TreeMap } from './tree.ts';

/** A step into a tree: the name of a key, a position in a list, or `append` for `[]`. */
type Step = string | number | typeof append;
const append = Symbol('append');

/** `a.b[0].c`, with a backslash before literal dots, brackets and backslashes. Throws AppError 'usage.invalid'. */
export function parseKeyPath(path: string): Step[] {
  const pattern = /((?:\\[.[\]\\]|[^\\.[\]])+)|\[(\d*)\]|(\.)/y;
  const steps: Step[] = [];
  let afterName = false;
  while (pattern.lastIndex < path.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(path);
    if (match === null) {
      throw badPath(path, at);
    }
    const [, name, index, dot] = match;
    if (name !== undefined && !afterName) {
      steps.push(name.replace(/\\(.)/g, '$1'));
      afterName = true;
    } else if (index !== undefined && steps.length > 0 && (afterName || path[at - 1] === ']')) {
      steps.push(index === '' ? append : Number(index));
    } else if (dot !== undefined && afterName && pattern.lastIndex < path.length) {
      afterName = false;
    } else {
      throw badPath(path, at);
    }
  }
  if (steps.length === 0) {
    throw badPath(path, 0);
  }
  return steps;
}

/** Applies `-o key=value` to a document. A value in braces or brackets is read as YAML. */
export function applyOption(root: TreeMap, option: string): { path: string } {
  const equals = option.indexOf('=');
  if (equals <= 0) {
    throw new AppError('usage.invalid', `-o ${option} is not of the form key=value`, {
      hint: 'Write it like -o json_output=true or -o http_output.url=http://127.0.0.1:2801/.',
    });
  }
  const path = option.slice(0, equals).trim();
  const text = option.slice(equals + 1).trim();
  const value = /^[{[]/.test(text) ? parseTree(text, `-o ${path}`) : text;
  setPath(root, parseKeyPath(path), value, path);
  return { path };
}

function setPath(root: TreeMap, steps: readonly Step[], value: Tree, path: string): void {
  let node: TreeMap | Tree[] = root;
  steps.forEach((step, i) => {
    const next = steps[i + 1];
    if (next === undefined) {
      put(node, step, value, path);
      return;
    }
    const child = childOf(node, step, path);
    const wantsList = typeof next === 'number' || next === append;
    if (Array.isArray(child) === wantsList && child !== null && typeof child === 'object') {
      node = child;
      return;
    }
    const fresh: TreeMap | Tree[] = wantsList ? [] : new Map<string, Tree>();
    put(node, step, fresh, path);
    node = fresh;
  });
}

function childOf(node: TreeMap | Tree[], step: Step, path: string): Tree {
  if (node instanceof Map) {
    return node.get(String(step)) ?? null;
  }
  return step === append ? null : (node[position(step, node, path)] ?? null);
}

function put(node: TreeMap | Tree[], step: Step, value: Tree, path: string): void {
  if (node instanceof Map) {
    node.set(String(step), value);
  } else if (step === append) {
    node.push(value);
  } else {
    node[position(step, node, path)] = value;
  }
}

function position(step: Step, list: readonly Tree[], path: string): number {
  if (typeof step !== 'number' || step > list.length) {
    throw new AppError('usage.invalid', `-o ${path}: there is no entry ${String(step)}`, {
      hint: `The list has ${list.length} entries; use [] to add one.`,
    });
  }
  return step;
}

function badPath(path: string, at: number): AppError {
  return new AppError('usage.invalid', `-o ${path}: unexpected text at position ${at}`, {
    hint: 'A key is written like a.b[0].c; put a backslash before a literal dot or bracket.',
  });
}
