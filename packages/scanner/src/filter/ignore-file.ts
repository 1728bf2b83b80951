import { AppError, type Log, nearest } from '@lanner/core';
import { parse } from 'yaml';
import { globMatcher } from '../lib/glob.ts';
import { isObject, type JsonObject, objectsOf, textOf, textsOf } from '../lib/json.ts';
import { matchesPackageUrl, type PackageUrl, parsePackageUrl } from '../purl/index.ts';

/** One entry of an ignore file that has not expired. */
interface IgnoreRule {
  readonly id: string;
  readonly statement?: string;
  /** null: any path. */
  readonly matchesPath: ((path: string) => boolean) | null;
  readonly purls: readonly PackageUrl[];
}

export type IgnoreSection = 'vulnerabilities' | 'misconfigurations' | 'secrets' | 'licenses';
const sections: readonly IgnoreSection[] = ['vulnerabilities', 'misconfigurations', 'secrets', 'licenses'];

/** A `.trivyignore` or `.trivyignore.yaml`. */
export interface IgnoreFile {
  /** As the user named it; shown with what it suppressed. */
  readonly path: string;
  readonly rules: Readonly<Record<IgnoreSection, readonly IgnoreRule[]>>;
}

export interface IgnoreFileOptions {
  readonly path: string;
  readonly now: Date;
  readonly log: Log;
}

/** Reads an ignore file; its name decides the form. Throws AppError 'config.invalid' for YAML that is not one. */
export function readIgnoreFile(text: string, options: IgnoreFileOptions): IgnoreFile {
  const isYaml = /\.ya?ml$/.test(options.path);
  return { path: options.path, rules: isYaml ? yamlRules(text, options) : plainRules(text, options) };
}

/** The first rule that covers a finding with one of these ids at one of these paths. */
export function ignoreRuleFor(
  { rules }: IgnoreFile,
  section: IgnoreSection,
  ids: readonly (string | undefined)[],
  paths: readonly (string | undefined)[],
  purl?: string,
): IgnoreRule | undefined {
  return rules[section].find(
    (rule) =>
      ids.includes(rule.id) &&
      (rule.matchesPath === null || paths.some((path) => path !== undefined && rule.matchesPath?.(path))) &&
      (rule.purls.length === 0 || matchesOne(rule.purls, purl)),
  );
}

function matchesOne(purls: readonly PackageUrl[], purl: string | undefined): boolean {
  if (purl === undefined) {
    return false;
  }
  const target = parsePackageUrl(purl);
  return purls.some((constraint) => matchesPackageUrl(constraint, target));
}

/** One id a line, with `exp:YYYY-MM-DD` behind it; for every kind of finding. */
function plainRules(text: string, options: IgnoreFileOptions): IgnoreFile['rules'] {
  const rules: IgnoreRule[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [id = '', ...words] = line.trim().split(/\s+/);
    if (id === '' || id.startsWith('#')) {
      continue;
    }
    const expiry = words.find((word) => word.startsWith('exp:'))?.slice('exp:'.length);
    if (expiry === undefined || isAhead(expiry, id, options)) {
      rules.push({ id, matchesPath: null, purls: [] });
    }
  }
  return { vulnerabilities: rules, misconfigurations: rules, secrets: rules, licenses: rules };
}

function yamlRules(text: string, options: IgnoreFileOptions): IgnoreFile['rules'] {
  const root = parseYaml(text, options.path);
  warnOfUnknown('unknown section of an ignore file', root, sections, options);
  function rulesOf(section: IgnoreSection): IgnoreRule[] {
    return entriesOf(root[section], section, options.path).flatMap((entry) => yamlRule(entry, options) ?? []);
  }
  return {
    vulnerabilities: rulesOf('vulnerabilities'),
    misconfigurations: rulesOf('misconfigurations'),
    secrets: rulesOf('secrets'),
    licenses: rulesOf('licenses'),
  };
}

/** An entry that would be passed over would ignore nothing, and nobody would know. */
function entriesOf(list: unknown, section: IgnoreSection, path: string): readonly JsonObject[] {
  const entries = Array.isArray(list) ? (list as readonly unknown[]) : null;
  if (list !== undefined && list !== null && entries?.every((entry) => isObject(entry)) !== true) {
    throw new AppError('config.invalid', `${path}: ${section} is no list of entries with an id`, {
      hint: `Write it like this: ${section}: [{ id: CVE-2024-1234 }]`,
    });
  }
  return objectsOf(entries);
}

/** Misspelt names are told with what may be meant; the rest of the file counts. */
function warnOfUnknown(
  message: 'unknown section of an ignore file' | 'unknown key in an entry of an ignore file',
  object: JsonObject,
  names: readonly string[],
  { path, log }: IgnoreFileOptions,
): void {
  for (const key of Object.keys(object).filter((one) => !names.includes(one))) {
    const near = nearest(key, names);
    log.warn(message, {
      path,
      key,
      hint: near === null ? `Use ${names.join(', ')}.` : `Did you mean ${near}?`,
    });
  }
}

const entryKeys = ['id', 'paths', 'purls', 'statement', 'expired_at'];

function yamlRule(entry: JsonObject, options: IgnoreFileOptions): IgnoreRule | null {
  warnOfUnknown('unknown key in an entry of an ignore file', entry, entryKeys, options);
  const id = textOf(entry['id']);
  if (id === undefined) {
    throw new AppError('config.invalid', `an entry of ${options.path} has no id`, {
      hint: 'Each entry needs the id of what it ignores, such as CVE-2024-1234.',
    });
  }
  const expiry = textOf(entry['expired_at']);
  if (expiry !== undefined && !isAhead(expiry, id, options)) {
    return null;
  }
  const globs = textsOf(entry['paths']).map(globMatcher);
  const statement = textOf(entry['statement']);
  return {
    id,
    ...(statement === undefined ? {} : { statement }),
    matchesPath: globs.length === 0 ? null : (path) => globs.some((matches) => matches(path)),
    purls: textsOf(entry['purls']).map((purl) => readPurl(purl, options.path)),
  };
}

function readPurl(text: string, path: string): PackageUrl {
  try {
    return parsePackageUrl(text);
  } catch (error) {
    throw new AppError('config.invalid', `${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Whether a day is not over yet; a text that is no day counts as over, with a warning. */
function isAhead(day: string, id: string, { path, now, log }: IgnoreFileOptions): boolean {
  const time = /^\d{4}-\d{2}-\d{2}(?:T.*)?$/.test(day) ? Date.parse(day) : Number.NaN;
  if (Number.isNaN(time)) {
    log.warn('an ignore file has a day that is none', { path, id, day, hint: 'Write it like 2026-12-31.' });
    return false;
  }
  return time > now.getTime();
}

function parseYaml(text: string, path: string): JsonObject {
  let root: unknown;
  try {
    root = parse(text, { maxAliasCount: 100 }) as unknown;
  } catch (error) {
    throw new AppError('config.invalid', `${path}: ${(error as Error).message}`, { cause: error });
  }
  if (root !== null && !isObject(root)) {
    throw new AppError('config.invalid', `${path} has no sections`, {
      hint: `Use the keys ${sections.join(', ')}.`,
    });
  }
  return root ?? {};
}
