import { AppError } from '@lanner/core';
import { LineCounter, parseDocument } from 'yaml';

/**
 * A configuration document: scalars stay texts (as yaml-cpp keeps them) and are converted where they are used.
 * null is an empty or null node.
 */
export type Tree = string | null | Tree[] | TreeMap;
export type TreeMap = Map<string, Tree>;

/** Aliases beyond this many expansions are taken for an attack. */
const maxAliases = 100;

/** Reads one YAML document. Throws AppError 'config.invalid' with file, line and column. */
export function parseTree(text: string, file: string): Tree {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    merge: false,
    lineCounter: lines,
  });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw new AppError('config.invalid', `${file}:${line}:${col}: ${problem.message.split('\n')[0] ?? ''}`, {
      cause: problem,
      hint: 'Correct the YAML of this file.',
      details: { file, line, column: col },
    });
  }
  try {
    return toTree(document.toJS({ maxAliasCount: maxAliases, mapAsMap: true }));
  } catch (error) {
    // The library reports unresolved and exploding aliases only here, as plain errors.
    throw new AppError('config.invalid', `${file}: ${(error as Error).message}`, {
      cause: error,
      hint: 'Write the values out instead of using aliases.',
    });
  }
}

/** A tree from plain values: what `-o key={…}` and tests give. */
export function toTree(value: unknown): Tree {
  if (value === null || value === undefined) {
    return null;
  }
  if (Array.isArray(value)) {
    return value.map(toTree);
  }
  if (value instanceof Map) {
    return new Map([...(value as Map<unknown, unknown>)].map(([key, item]) => [String(key), toTree(item)]));
  }
  if (typeof value === 'object') {
    return new Map(Object.entries(value).map(([key, item]) => [key, toTree(item)]));
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '' ? '' : isNullText(text) ? null : text;
}

/** `${NAME}` becomes the variable's value, or nothing when it is not set; `$${NAME}` stands for itself. */
export function expandEnvironment(tree: Tree, env: Readonly<Record<string, string | undefined>>): Tree {
  if (typeof tree === 'string') {
    return tree.replace(/\$(\$?)\{([^}]*)\}/g, (_, escape: string, name: string) =>
      escape === '' ? (env[name] ?? '') : `\${${name}}`,
    );
  }
  if (Array.isArray(tree)) {
    return tree.map((item) => expandEnvironment(item, env));
  }
  if (tree instanceof Map) {
    return new Map([...tree].map(([key, item]) => [key, expandEnvironment(item, env)]));
  }
  return tree;
}

function isNullText(text: string): boolean {
  return text === '~' || text === 'null' || text === 'Null' || text === 'NULL';
}
