import { AppError } from '@lanner/core';
import { checkTree } from './check.ts';
import { FalcoConfig } from './config.ts';
import { applyOption } from './key-path.ts';
import type { ConfigProblem } from './problem.ts';
import { repair } from './repair.ts';
import { expandEnvironment, parseTree, type Tree, type TreeMap } from './tree.ts';

/** How configuration files are reached; passed in, so that loading is a pure function of what it reads. */
export interface ConfigFiles {
  /** The text of a file; null when there is none. */
  readonly read: (path: string) => string | null;
  /** Paths of the plain files of a folder in byte order; null when it is no folder. */
  readonly list: (path: string) => string[] | null;
}

export interface LoadConfigInput {
  /** null: no file at all, the values that Falco ships hold. */
  readonly path: string | null;
  /** Texts of `-o key=value`. */
  readonly options: readonly string[];
  readonly files: ConfigFiles;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly lenient: boolean;
}

export interface LoadedConfig {
  readonly config: FalcoConfig;
  readonly problems: readonly ConfigProblem[];
  /** Every file that was read, the main one first. */
  readonly files: readonly string[];
  /** Folders of `config_files`, watched for new files. */
  readonly folders: readonly string[];
}

/**
 * Reads falco.yaml with what it includes and the options of the command line, in Falco's order: main file, included
 * files, options. Throws AppError 'config.invalid' or 'file.read' for what cannot be read at all; everything else is
 * a problem with its severity.
 */
export function loadFalcoConfig(input: LoadConfigInput): LoadedConfig {
  const problems: ConfigProblem[] = [];
  const files: string[] = [];
  const folders: string[] = [];
  const root = input.path === null ? new Map<string, Tree>() : readMap(input.path, input, problems);
  if (input.path !== null) {
    files.push(input.path);
  }
  const includes = input.options.filter((option) => /^config_files(?:\[\d*\])?=/.test(option));
  includes.forEach((option) => applyOption(root, option));
  for (const include of includesOf(root)) {
    for (const file of resolveInclude(include.path, input, folders)) {
      files.push(file);
      merge(root, readMap(file, input, problems), include.strategy, file);
    }
  }
  const others = input.options.filter((option) => !includes.includes(option));
  others.forEach((option) => applyOption(root, option));
  const repaired = repair(root, problems);
  const config = new FalcoConfig(repaired, input.path === null);
  problems.push(
    ...checkTree(repaired, { lenient: input.lenient, replay: config.text('engine.kind') === 'replay' }),
  );
  return { config, problems: distinct(problems), files, folders };
}

export type IncludeStrategy = 'append' | 'override' | 'add-only';

interface Include {
  readonly path: string;
  readonly strategy: IncludeStrategy;
}

/** Merges the top-level keys of an included file. Lists are extended under `append`; everything else is replaced. */
export function merge(root: TreeMap, included: TreeMap, strategy: IncludeStrategy, file: string): void {
  for (const [key, value] of included) {
    if (key === 'config_files') {
      throw new AppError('config.invalid', `${file}: config_files cannot be used in an included file`, {
        hint: 'Name every file in the main configuration.',
      });
    }
    const present = root.get(key);
    if (strategy === 'append' && Array.isArray(value)) {
      const list =
        present === undefined || present === null ? [] : Array.isArray(present) ? present : [present];
      root.set(key, [...list, ...value]);
    } else if (strategy !== 'add-only' || present === undefined) {
      root.set(key, value);
    }
  }
}

function includesOf(root: TreeMap): Include[] {
  const value = root.get('config_files') ?? [];
  const entries = Array.isArray(value) ? value : [value];
  return entries.flatMap((entry): Include[] => {
    if (typeof entry === 'string') {
      return entry === '' ? [] : [{ path: entry, strategy: 'append' }];
    }
    const path = entry instanceof Map ? entry.get('path') : undefined;
    const strategy = entry instanceof Map ? entry.get('strategy') : undefined;
    const known = strategy === 'override' || strategy === 'add-only' ? strategy : 'append';
    return typeof path === 'string' ? [{ path, strategy: known }] : [];
  });
}

// An entry that does not exist is passed over, as the shipped configuration names a folder that need not be there.
function resolveInclude(path: string, { path: main, files }: LoadConfigInput, folders: string[]): string[] {
  if (path === main) {
    throw new AppError('config.invalid', `config_files names the main configuration ${path} itself`, {
      hint: 'Remove that entry.',
    });
  }
  const listed = files.list(path);
  if (listed !== null) {
    folders.push(path);
    return listed;
  }
  return files.read(path) === null ? [] : [path];
}

function readMap(path: string, { files, env }: LoadConfigInput, problems: ConfigProblem[]): TreeMap {
  const text = files.read(path);
  if (text === null) {
    throw new AppError('file.read', `the configuration file ${path} cannot be read`, {
      hint: 'Check the path given with -c and its permissions.',
    });
  }
  const tree = expandEnvironment(parseTree(text, path), env);
  if (tree === null || tree === '') {
    problems.push({ severity: 'warning', key: '', message: `${path} is empty` });
    return new Map();
  }
  if (!(tree instanceof Map)) {
    throw new AppError('config.invalid', `${path}: a map of keys is expected at the top`, {
      hint: 'Is this a rule file? Rule files are given with -r.',
    });
  }
  return tree;
}

function distinct(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.key}\n${problem.message}`, problem])).values()];
}
