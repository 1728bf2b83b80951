import { compileGlob } from './glob.ts';

/** One level of the paths that are looked for. */
interface Level {
  /** A path ends here: everything below matches. */
  isEnd: boolean;
  readonly names: Map<string, Level>;
  readonly patterns: Map<string, { readonly test: (name: string) => boolean; readonly level: Level }>;
}

/**
 * A test for paths that equal one of `paths` or lie below it, compared component by component. Empty components do
 * not count, so leading and double slashes make no difference; a component with `?`, `*` or `[` is a glob.
 * Time depends on the depth of the path, not on the number of paths, globs apart.
 */
export function compilePaths(paths: readonly string[]): (path: string) => boolean {
  const root = newLevel();
  for (const path of paths) {
    add(root, path);
  }
  return (path) => matches(root, path, 0);
}

function newLevel(): Level {
  return { isEnd: false, names: new Map(), patterns: new Map() };
}

function add(root: Level, path: string): void {
  let level = root;
  for (const component of path.split('/')) {
    if (component !== '') {
      level = child(level, component);
    }
  }
  level.isEnd = true;
}

function child(level: Level, component: string): Level {
  if (!/[?*[]/.test(component)) {
    let next = level.names.get(component);
    if (next === undefined) {
      next = newLevel();
      level.names.set(component, next);
    }
    return next;
  }
  let pattern = level.patterns.get(component);
  if (pattern === undefined) {
    pattern = { test: compileGlob(component), level: newLevel() };
    level.patterns.set(component, pattern);
  }
  return pattern.level;
}

/** Each level is visited at most once a path, since it stands at one depth. */
function matches(level: Level, path: string, from: number): boolean {
  if (level.isEnd) {
    return true;
  }
  let start = from;
  while (path.charCodeAt(start) === 47) {
    start++;
  }
  if (start >= path.length) {
    return false;
  }
  const slash = path.indexOf('/', start);
  const end = slash < 0 ? path.length : slash;
  const component = path.slice(start, end);
  const next = level.names.get(component);
  if (next !== undefined && matches(next, path, end)) {
    return true;
  }
  for (const pattern of level.patterns.values()) {
    if (pattern.test(component) && matches(pattern.level, path, end)) {
      return true;
    }
  }
  return false;
}
