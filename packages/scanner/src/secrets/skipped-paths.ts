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
  const inFolder = folderTest(folders);
  return (path) => {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    const dot = name.lastIndexOf('.');
    return (
      names.has(name) ||
      (dot >= 0 && endings.has(name.slice(dot))) ||
      folders.has(name) ||
      inFolder(path, slash) ||
      others.some((matches) => matches(path))
    );
  };
}

/** Whether a folder of a path has one of the names: files come folder by folder, so that most ask what the last one did. */
function folderTest(names: ReadonlySet<string>): (path: string, end: number) => boolean {
  let last = '';
  let isIn = names.has('');
  return (path, end) => {
    if (end !== last.length || !path.startsWith(last)) {
      last = path.slice(0, Math.max(0, end));
      isIn = last.split('/').some((part) => names.has(part));
    }
    return isIn;
  };
}
