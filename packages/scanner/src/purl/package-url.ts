import { AppError } from '@lanner/core';

/** A package URL: `pkg:type/namespace/name@version?qualifiers#subpath`. Absent parts are absent, never empty. */
export interface PackageUrl {
  readonly type: string;
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  readonly qualifiers?: Readonly<Record<string, string>>;
  readonly subpath?: string;
}

const lowerCaseNamespaces: ReadonlySet<string> = new Set([
  ...['alpm', 'apk', 'bitbucket', 'composer', 'deb', 'github', 'golang', 'rpm', 'qpkg'],
]);
const lowerCaseNames: ReadonlySet<string> = new Set([
  ...['alpm', 'apk', 'bitbucket', 'bitnami', 'composer', 'deb', 'github', 'golang', 'chrome-extension'],
]);
const withNamespace: ReadonlySet<string> = new Set(['cpan', 'swift', 'vscode-extension']);
const withoutNamespace: ReadonlySet<string> = new Set(['chrome-extension', 'julia', 'otp']);

/** Reads a package URL with the rules of its type. Throws AppError 'artifact.parse'. */
export function parsePackageUrl(text: string): PackageUrl {
  const [, beforeSubpath = '', subpath = ''] = /^pkg:\/*([^#]*)(?:#(.*))?$/is.exec(text) ?? [];
  const [path, query = ''] = cut(beforeSubpath, '?');
  const [rawType, rest] = cut(path, '/');
  const type = rawType.toLowerCase();
  if (rest === undefined || !/^[a-z.+-][a-z0-9.+-]*$/.test(type)) {
    throw invalid(text, 'it has no type or no name');
  }
  const { namespace, name, version } = separate(text, type, rest);
  const url = packageUrl({
    type,
    namespace: lowerCaseNamespaces.has(type) ? namespace.toLowerCase() : namespace,
    name: normalizedName(type, name),
    version: type === 'huggingface' ? version.toLowerCase() : version,
    qualifiers: parseQualifiers(text, query),
    subpath: decode(text, subpath).replace(/^\/+|\/+$/g, ''),
  });
  checkType(text, url);
  return url;
}

/** Leaves empty parts out. */
export function packageUrl(parts: {
  readonly type: string;
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly version?: string | undefined;
  readonly qualifiers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly subpath?: string | undefined;
}): PackageUrl {
  const { type, name, namespace = '', version = '', qualifiers = {}, subpath = '' } = parts;
  const given = Object.entries(qualifiers).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  return {
    type,
    ...(namespace === '' ? {} : { namespace }),
    name,
    ...(version === '' ? {} : { version }),
    ...(given.length === 0 ? {} : { qualifiers: Object.fromEntries(given) }),
    ...(subpath === '' ? {} : { subpath }),
  };
}

/** The text of a package URL; qualifiers in the order of their keys. */
export function printPackageUrl({
  type,
  namespace = '',
  name,
  version,
  qualifiers,
  subpath,
}: PackageUrl): string {
  const folders = namespace
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => `/${encode(segment)}`);
  const query = Object.entries(qualifiers ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${encode(key, strict)}=${encode(value, strict)}`);
  return [
    `pkg:${type}${folders.join('')}/${encode(name)}`,
    version === undefined ? '' : `@${encode(version)}`,
    query.length === 0 ? '' : `?${query.join('&')}`,
    subpath === undefined
      ? ''
      : `#${subpath
          .split('/')
          .map((segment) => encode(segment))
          .join('/')}`,
  ].join('');
}

/** Whether a package is meant: parts that the constraint leaves out match everything. */
export function matchesPackageUrl(constraint: PackageUrl, target: PackageUrl): boolean {
  return (
    constraint.type === target.type &&
    constraint.namespace === target.namespace &&
    constraint.name === target.name &&
    (constraint.version === undefined || constraint.version === target.version) &&
    (constraint.subpath === undefined || constraint.subpath === target.subpath) &&
    Object.entries(constraint.qualifiers ?? {}).every(([key, value]) => target.qualifiers?.[key] === value)
  );
}

function separate(
  text: string,
  type: string,
  rest: string,
): { readonly namespace: string; readonly name: string; readonly version: string } {
  // A scope of npm starts with an at sign, which does not start a version.
  const at = rest.lastIndexOf('@');
  const path = at > 0 ? rest.slice(0, at) : rest;
  const slash = path.lastIndexOf('/');
  const name = decode(text, path.slice(slash + 1));
  const isScopeOnly = rest.startsWith('@') && (type !== 'npm' || !rest.includes('/'));
  if (name === '' || isScopeOnly) {
    throw invalid(text, 'it has no name');
  }
  const segments = slash < 0 ? [] : path.slice(0, slash).split('/');
  return {
    namespace: segments
      .filter((segment) => segment !== '')
      .map((segment) => decode(text, segment))
      .join('/'),
    name,
    version: at > 0 ? decode(text, rest.slice(at + 1)) : '',
  };
}

function normalizedName(type: string, name: string): string {
  if (type === 'pypi') {
    return name.toLowerCase().replaceAll('_', '-');
  }
  return lowerCaseNames.has(type) ? name.toLowerCase() : name;
}

function parseQualifiers(text: string, query: string): Record<string, string> {
  const qualifiers: Record<string, string> = {};
  for (const item of query.split('&').filter((part) => part !== '')) {
    const [rawKey, value = ''] = cut(item, '=');
    const key = rawKey.toLowerCase();
    if (!/^[a-z._-][a-z0-9._-]*$/.test(key) || item.includes(';') || Object.hasOwn(qualifiers, key)) {
      throw invalid(text, `the qualifier ${key} is malformed or there twice`);
    }
    if (value !== '') {
      // Assigning to __proto__ would not make a member.
      Object.defineProperty(qualifiers, key, { value: decode(text, value), enumerable: true });
    }
  }
  return qualifiers;
}

function checkType(text: string, { type, namespace, qualifiers = {} }: PackageUrl): void {
  if (withNamespace.has(type) && namespace === undefined) {
    throw invalid(text, `the type ${type} needs a namespace`);
  }
  if (withoutNamespace.has(type) && namespace !== undefined) {
    throw invalid(text, `the type ${type} has no namespace`);
  }
  if (type === 'julia' && qualifiers['uuid'] === undefined) {
    throw invalid(text, 'the type julia needs the qualifier uuid');
  }
}

/** Before and behind the first separator; the second is undefined when there is none. */
function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** What may stand unescaped in names, and in keys and values. */
const loose = /[A-Za-z0-9\-._~!$&'()*,;=:]/;
const strict = /[A-Za-z0-9\-._~:]/;

function encode(text: string, safe = loose): string {
  let result = '';
  for (const byte of Buffer.from(text)) {
    const character = String.fromCharCode(byte);
    result +=
      byte < 128 && safe.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return result;
}

function decode(text: string, part: string): string {
  if (!part.includes('%')) {
    return part;
  }
  if (/%(?![0-9a-fA-F]{2})/.test(part)) {
    throw invalid(text, 'it has a malformed escape');
  }
  const bytes = part.replaceAll(/%([0-9a-fA-F]{2})|[^%]+/g, (piece, hex: string | undefined) =>
    hex === undefined ? Buffer.from(piece).toString('latin1') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function invalid(text: string, problem: string): AppError {
  return new AppError('artifact.parse', `'${text.slice(0, 200)}' is no package URL: ${problem}`);
}
