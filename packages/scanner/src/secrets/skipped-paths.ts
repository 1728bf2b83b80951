import { globMatcher } from '../lib/glob.ts';

/** A test for paths that match one of many globs; the usual forms of globs cost only a look into a set. */
export function pathTest(globs: readonly string[]): (path: string) => boolean {
  const folders = new Set<string>();
  const names = new Set<string>();
  const endings = new Set<string>();
  const others: ((path: string) => boolean)[] = [];
  for (const glob of globs) {
    const [, folder, ending, name] =
      /^\*\*\/(?:([^*?[{\\/]+)\/\*\*|\*(\.[^*?[{\\/.]+)|([^*?[{\\/]+))$/.exec(glob) ?? [];
    if (folder !== undefined) {
      folders.add(folder);
    } else if (ending !== undefined) {
      endings.add(ending);
    } else if (name === undefined) {
      others.push(globMatcher(glob));
    } else {
      names.add(name);
    }
  }
  return (path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const dot = name.lastIndexOf('.');
    return (
      names.has(name) ||
      (dot >= 0 && endings.has(name.slice(dot))) ||
      (folders.size > 0 && path.split('/').some((part) => folders.has(part))) ||
      others.some((matches) => matches(path))
    );
  };
}
