import { AppError } from '@lanner/core';
import { isObject, type JsonObject, objectsOf, present, textOf, textsOf } from '../lib/json.ts';
import { parseYamlDocuments } from '../lib/structured-text.ts';
import { severities, type Severity } from '../model/index.ts';
import { type Span, userBytesTest, userPattern, userTest } from './pattern.ts';
import { type AllowRule, builtinAllowRules, builtinRules, builtinSkips, type SecretRule } from './rules.ts';

/** What is looked for, and where not. */
export interface SecretConfig {
  readonly rules: readonly SecretRule[];
  readonly allow: readonly AllowRule[];
  /** Blocks in which nothing is found. */
  readonly excluded: readonly ((text: string) => Iterable<Span>)[];
  /** Globs of files that are not read. */
  readonly skips: readonly string[];
}

export const defaultSecretConfig: SecretConfig = {
  rules: builtinRules,
  allow: builtinAllowRules,
  excluded: [],
  skips: builtinSkips,
};

/** Reads a configuration in the form of `trivy-secret.yaml`. Throws AppError 'config.invalid'. */
export function parseSecretConfig(text: string): SecretConfig {
  const config = documentOf(text);
  const enabled = new Set(textsOf(config['enable-builtin-rules']));
  const disabled = new Set(textsOf(config['disable-rules']));
  const disabledAllow = new Set(textsOf(config['disable-allow-rules']));
  const builtin = builtinRules.filter(({ id }) => enabled.size === 0 || enabled.has(id));
  const custom = objectsOf(config['rules']).map(customRule);
  const allow = [...builtinAllowRules, ...objectsOf(config['allow-rules']).map(allowRule)];
  return {
    rules: [...builtin, ...custom].filter(({ id }) => !disabled.has(id)),
    allow: allow.filter(({ id }) => id === undefined || !disabledAllow.has(id)),
    excluded: excludedBlocks(config['exclude-block']),
    skips: Array.isArray(config['skip-patterns'])
      ? skipPatterns(textsOf(config['skip-patterns']))
      : builtinSkips,
  };
}

function documentOf(text: string): JsonObject {
  let documents: readonly unknown[];
  try {
    documents = parseYamlDocuments(text);
  } catch (error) {
    throw invalid((error as Error).message, error);
  }
  const [config = {}] = documents;
  if (config !== null && !isObject(config)) {
    throw invalid('settings by their names are expected');
  }
  return config ?? {};
}

function customRule(rule: JsonObject): SecretRule {
  const id = textOf(rule['id']);
  const regex = textOf(rule['regex']);
  if (id === undefined || regex === undefined) {
    throw invalid(`the rule '${id ?? ''}' needs an id and a regex`);
  }
  const path = textOf(rule['path']);
  const disabledAllow = new Set(textsOf(rule['disable-allow-rules']));
  return {
    id,
    category: textOf(rule['category']) ?? '',
    title: textOf(rule['title']) ?? '',
    severity: severityOf(textOf(rule['severity'])),
    keywords: textsOf(rule['keywords']),
    pattern: patternOf(id, regex, textOf(rule['secret-group-name'])),
    reach: null,
    ...present({ path: path === undefined ? undefined : userTest(path) }),
    allow: objectsOf(rule['allow-rules'])
      .map(allowRule)
      .filter((one) => one.id === undefined || !disabledAllow.has(one.id)),
    excluded: excludedBlocks(rule['exclude-block']),
  };
}

function patternOf(id: string, regex: string, group: string | undefined): SecretRule['pattern'] {
  try {
    return userPattern(regex, group);
  } catch (error) {
    throw error instanceof AppError ? invalid(`the rule '${id}': ${error.message}`, error) : error;
  }
}

function severityOf(text: string | undefined): Severity {
  return severities.find((severity) => severity === text?.toUpperCase()) ?? 'UNKNOWN';
}

function allowRule(rule: JsonObject): AllowRule {
  const path = textOf(rule['path']);
  const regex = textOf(rule['regex']);
  return present({
    id: textOf(rule['id']),
    path: path === undefined ? undefined : userTest(path),
    text: regex === undefined ? undefined : userBytesTest(regex),
  });
}

function excludedBlocks(block: unknown): SecretConfig['excluded'] {
  return isObject(block) ? textsOf(block['regexes']).map((regex) => userPattern(regex, undefined)) : [];
}

function skipPatterns(patterns: readonly string[]): string[] {
  return patterns.map((pattern) => {
    const glob = pattern.replaceAll('\\', '/');
    if (!isGlob(glob)) {
      throw invalid(`'${pattern}' among the skip-patterns is no glob`);
    }
    return glob;
  });
}

/** A glob that is not well formed matches nothing, not even a class that ends. */
function isGlob(glob: string): boolean {
  let depth = 0;
  for (const [token] of glob.matchAll(/\[[!^]?[^\]]+\]|[[{}]/g)) {
    if (token === '[') {
      return false;
    }
    depth += token === '{' ? 1 : token === '}' ? -1 : 0;
    if (depth < 0) {
      return false;
    }
  }
  return depth === 0 && glob !== '';
}

function invalid(problem: string, cause?: unknown): AppError {
  return new AppError('config.invalid', `the configuration of secrets is invalid: ${problem}`, { cause });
}
