import { AppError } from '@lanner/core';
import { parse as parseTomlText } from 'smol-toml';
import { parseAllDocuments } from 'yaml';

/** Parses TOML. Throws AppError 'artifact.parse'. */
export function parseToml(text: string): Readonly<Record<string, unknown>> {
  try {
    return parseTomlText(text);
  } catch (cause) {
    // The library recurses by nesting; a stack that is used up is an unreadable file too.
    throw new AppError('artifact.parse', 'invalid TOML', { cause });
  }
}

/** The documents of a YAML file as plain values, numbers and dates left as text. Throws AppError 'artifact.parse'. */
export function parseYamlDocuments(text: string): readonly unknown[] {
  try {
    const documents = parseAllDocuments(text, {
      uniqueKeys: false,
      schema: 'failsafe',
      logLevel: 'silent',
      prettyErrors: false,
    });
    if (!Array.isArray(documents)) {
      return [];
    }
    return documents.map((document) => {
      const [error] = document.errors;
      if (error !== undefined) {
        throw error;
      }
      return document.toJS({ maxAliasCount: 100 }) as unknown;
    });
  } catch (cause) {
    throw new AppError('artifact.parse', 'invalid YAML', { cause });
  }
}

/** The only document of a YAML file; null for an empty file. Throws AppError 'artifact.parse'. */
export function parseYaml(text: string): unknown {
  return parseYamlDocuments(text)[0] ?? null;
}

/** Parses JSON. Throws AppError 'artifact.parse'. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AppError('artifact.parse', 'invalid JSON', { cause });
  }
}
