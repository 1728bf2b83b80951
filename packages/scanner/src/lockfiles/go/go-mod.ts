import { numberedLines } from '../lines.ts';

export interface Requirement {
  readonly path: string;
  readonly version: string;
  readonly indirect: boolean;
}

interface Replacement {
  readonly path: string;
  /** Empty: every version is replaced. */
  readonly version: string;
  readonly newPath: string;
  /** Empty: a folder of this machine stands for the module. */
  readonly newVersion: string;
}

export interface GoMod {
  readonly module: string;
  /** Of the `go` line; empty without one. */
  readonly go: string;
  readonly toolchain: string;
  readonly require: readonly Requirement[];
  readonly replace: readonly Replacement[];
}

/** Reads go.mod as far as it tells modules; null when a line is not what go.mod allows. */
export function parseGoMod(text: string): GoMod | null {
  const found = {
    module: '',
    go: '',
    toolchain: '',
    require: [] as Requirement[],
    replace: [] as Replacement[],
  };
  let block = '';
  for (const [line] of numberedLines(text)) {
    const [code, comment] = splitComment(line);
    const words = code.trim().split(/\s+/).map(unquote);
    if (words[0] === '') {
      continue;
    }
    if (block !== '' && words[0] === ')') {
      block = '';
      continue;
    }
    const [verb = '', ...rest]: readonly string[] = block === '' ? words : [block, ...words];
    if (block === '' && rest.length === 1 && rest[0] === '(') {
      block = verb;
    } else if (!readDirective(found, verb, rest, comment)) {
      return null;
    }
  }
  return found;
}

function splitComment(line: string): [string, string] {
  const at = line.indexOf('//');
  return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 2).trim()];
}

function unquote(word: string): string {
  return /^(["`]).*\1$/.test(word) ? word.slice(1, -1) : word;
}

const ignored = new Set(['exclude', 'retract', 'godebug', 'tool', 'ignore']);

function readDirective(
  found: { module: string; go: string; toolchain: string; require: Requirement[]; replace: Replacement[] },
  verb: string,
  words: readonly string[],
  comment: string,
): boolean {
  const [first = '', second = ''] = words;
  switch (verb) {
    case 'module':
    case 'go':
    case 'toolchain':
      found[verb] = first;
      return words.length === 1;
    case 'require':
      found.require.push({ path: first, version: second, indirect: /^indirect(?:;|$)/.test(comment) });
      return words.length === 2;
    case 'replace':
      return readReplacement(found.replace, words);
    default:
      return ignored.has(verb);
  }
}

/** `old [version] => new [version]` */
function readReplacement(replace: Replacement[], words: readonly string[]): boolean {
  const arrow = words.indexOf('=>');
  const [path, version = ''] = words.slice(0, arrow);
  const [newPath, newVersion = ''] = words.slice(arrow + 1);
  if (arrow < 1 || path === undefined || newPath === undefined) {
    return false;
  }
  replace.push({ path, version, newPath, newVersion });
  return true;
}
