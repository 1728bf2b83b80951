import { AppError } from '@lanner/core';

export interface PythonPackage {
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
  /** A file with the licence, where only that is named. */
  readonly licenseFile?: string;
}

/** Reads PKG-INFO or METADATA of a Python package: the header of a mail. */
export function parsePythonMetadata(text: string): PythonPackage {
  const fields = headerOf(text);
  const one = (name: string): string => fields.get(name)?.[0] ?? '';
  const [name, version] = [one('name'), one('version')];
  if (name === '' || version === '') {
    throw new AppError('artifact.parse', 'The metadata of a Python package lack its name or version');
  }
  const licenses = licensesOf(one('license-expression'), fields.get('classifier') ?? [], one('license'));
  const licenseFile = one('license-file');
  return licenses.length === 0 && licenseFile !== ''
    ? { name, version, licenses, licenseFile }
    : { name, version, licenses };
}

/** An expression says it all; classifiers say it better than the free text. */
function licensesOf(expression: string, classifiers: readonly string[], text: string): string[] {
  if (expression !== '') {
    return [expression];
  }
  const names = classifiers
    .filter((classifier) => classifier.startsWith('License ::'))
    .map((classifier) => classifier.slice(classifier.lastIndexOf('::') + 2).trim())
    // A heading of the others.
    .filter((name) => name !== 'OSI Approved');
  return names.length > 0 ? names : [text].filter((license) => license !== '');
}

/** Values by their lower-case names. Folded lines are joined; what is no field is left out; an empty line ends it. */
function headerOf(text: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[][]>();
  let current: string[] | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line === '') {
      break;
    }
    if (line.startsWith(' ') || line.startsWith('\t')) {
      current?.push(line.trim());
      continue;
    }
    const colon = line.indexOf(':');
    current = colon > 0 ? [line.slice(colon + 1).trim()] : undefined;
    if (current !== undefined) {
      const name = line.slice(0, colon).toLowerCase();
      const values = fields.get(name) ?? [];
      values.push(current);
      fields.set(name, values);
    }
  }
  return new Map(
    Array.from(fields, ([name, values]) => [name, values.map((parts) => parts.join(' ').trim())]),
  );
}
