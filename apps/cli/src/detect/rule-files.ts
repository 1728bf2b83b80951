import { AppError } from '@lanner/core';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A rule file that was found, with its bytes as a byte string. */
export interface FoundRuleFile {
  readonly path: string;
  readonly content: string;
}

/** The rules that come with Lanner: beside the bundle, or at the top of the sources. */
export const builtInRules: string =
  ['./rules', '../../../../rules']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path)) ?? 'rules';

export interface FoundRules {
  readonly files: readonly FoundRuleFile[];
  /** Folders that were read, watched for new files. */
  readonly folders: readonly string[];
  /** Configured paths that do not exist. */
  readonly missing: readonly string[];
}

/**
 * Reads rule files in the order given; a folder stands for its .yaml and .yml files by name.
 * `optional` paths (from a configuration file) may be absent; others throw AppError 'file.read'.
 */
export function findRuleFiles(paths: readonly string[], optional: boolean): FoundRules {
  const files: FoundRuleFile[] = [];
  const folders: string[] = [];
  const missing: string[] = [];
  for (const path of paths) {
    if (!existsSync(path)) {
      if (!optional) {
        throw new AppError('file.read', `the rule file ${path} does not exist`, {
          hint: 'Check the path given with -r.',
        });
      }
      missing.push(path);
    } else if (statSync(path).isDirectory()) {
      folders.push(path);
      files.push(...rulesOfFolder(path).map(readRuleFile));
    } else {
      files.push(readRuleFile(path));
    }
  }
  return { files, folders, missing };
}

/** Paths of the rule files of a folder by name, those of tests left out. */
export function rulesOfFolder(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name) && !/\.test\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

export function readRuleFile(path: string): FoundRuleFile {
  try {
    return { path, content: readFileSync(path, 'latin1') };
  } catch (error) {
    throw new AppError('file.read', `the rule file ${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
      hint: 'Check its permissions.',
    });
  }
}
