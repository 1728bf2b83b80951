import { AppError, type Log } from '@lanner/core';
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { flags } from './flags.ts';

const defaultConfigPath = 'trivy-default.yaml';

/** Writes a configuration file with all defaults. Throws AppError 'file.write', also when it is there already. */
export function writeDefaults(log: Log): void {
  const tree: Record<string, unknown> = {};
  for (const { key, default: value, class: kind } of flags) {
    if (kind === 'honoured' && value !== undefined) {
      setAt(tree, key.split('.'), value);
    }
  }
  try {
    writeFileSync(defaultConfigPath, stringify(tree), { flag: 'wx' });
  } catch (error) {
    throw new AppError('file.write', `${defaultConfigPath} cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
  log.info('the defaults were written', { path: defaultConfigPath });
}

function setAt(
  tree: Record<string, unknown>,
  [first = '', ...rest]: readonly string[],
  value: unknown,
): void {
  if (rest.length === 0) {
    tree[first] = value;
    return;
  }
  const inner = (tree[first] ?? {}) as Record<string, unknown>;
  tree[first] = inner;
  setAt(inner, rest, value);
}
