import { AppError, type Log, nearest } from '@lanner/core';
import { parseDocument } from 'yaml';
import { type Flag, flags } from './flags.ts';

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

const maxDepth = 8;

/**
 * The values of a trivy.yaml by their keys. Throws AppError 'config.invalid' for what is no YAML, and for unknown keys
 * unless lenient.
 */
export function readConfigFile(
  { path, text }: ConfigFile,
  { lenient, log }: { lenient: boolean; log: Log },
): ReadonlyMap<string, unknown> {
  const document = parseYaml({ path, text }, log);
  const known = new Map(flags.map((flag) => [flag.key, flag]));
  const found = new Map<string, unknown>();
  flatten(document, '', known, found);
  for (const key of found.keys()) {
    if (!known.has(key)) {
      const near = nearest(key, known.keys());
      const error = new AppError('config.invalid', `${path} has the unknown key '${key}'`, {
        hint: near === null ? 'Leave it out, or use --lenient.' : `Did you mean ${near}?`,
      });
      if (!lenient) {
        throw error;
      }
      log.warn('unknown key of the configuration', { path, key });
      found.delete(key);
    }
  }
  return found;
}

function parseYaml({ path, text }: ConfigFile, log: Log): unknown {
  try {
    const document = parseDocument(text, { logLevel: 'silent' });
    const [error] = document.errors;
    if (error !== undefined) {
      throw error;
    }
    for (const { message } of document.warnings) {
      log.warn('odd YAML in the configuration', { path, problem: message });
    }
    return document.toJS({ maxAliasCount: 20 });
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('config.invalid', `${path} is not valid YAML: ${problem}`, { cause });
  }
}

function flatten(
  value: unknown,
  prefix: string,
  known: ReadonlyMap<string, Flag>,
  found: Map<string, unknown>,
  depth = 0,
): void {
  if (prefix !== '' && (known.has(prefix) || !isRecord(value) || depth > maxDepth)) {
    found.set(prefix, value);
    return;
  }
  for (const [key, member] of Object.entries(isRecord(value) ? value : {})) {
    flatten(member, prefix === '' ? key : `${prefix}.${key}`, known, found, depth + 1);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
