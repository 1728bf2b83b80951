import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { trivyCasesArePresent, trivyFixtures, trivyTables } from './trivy-cases.ts';

/** A row of a test table: values as they are in the case file, with `$ref` and `$call` resolved. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * The rows of a test table with their names resolved; none where ../shared is absent. `folder` is that of the test
 * (`trivy/pkg/fanal/analyzer/pkg/apk`), `table` is `file_test.go::TestName`, `variable` that of the test's rows.
 */
export function resolvedRows(file: string, folder: string, table: string, variable?: string): readonly Row[] {
  if (!trivyCasesArePresent) {
    return [];
  }
  const found = trivyTables(file)[folder]?.[table]?.find(
    (one) => variable === undefined || one.var === variable,
  );
  if (found === undefined) {
    throw new Error(`${file}.json has no table ${folder} ${table} ${variable ?? ''}`);
  }
  return (found.rows as readonly unknown[]).map((row) => resolveValue(row, folder) as Row);
}

/** The path on disk of a file that a row names relative to its folder: `./testdata/apk`. */
export function trivyFixture(folder: string, path: string): string {
  const [project = '', ...rest] = folder.split('/');
  if (project === 'go-rpmdb') {
    return join(trivyFixtures(), 'rpmdb', path.replace(/^testdata\//, ''));
  }
  const root = join(trivyFixtures(), `${project}-testdata`);
  return duplicateOf(root, resolve(root, ...rest, path));
}

/** All files below a folder, as paths relative to it, sorted. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Some files are in the archive once only; the list says which one stands for which. */
function duplicateOf(root: string, path: string): string {
  const list = join(root, 'DUPLICATES.txt');
  if (existsSync(path) || !existsSync(list)) {
    return path;
  }
  const line = readFileSync(list, 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${relative(root, path)}\t`));
  return line === undefined ? path : join(root, line.split('== ')[1] ?? '');
}

/** Values of Go constants whose name is not the value. */
const constants: Readonly<Record<string, string>> = {
  RepositoryClassOfficial: 'official',
  RepositoryClassThirdParty: 'third-party',
  LicenseTypeDpkg: 'dpkg',
  LicenseTypeHeader: 'header',
  LicenseTypeFile: 'license-file',
  Azure: 'azurelinux',
  CBLMariner: 'cbl-mariner',
  CentOSStream: 'centos-stream',
  OpenSUSELeap: 'opensuse-leap',
  OpenSUSETumbleweed: 'opensuse-tumbleweed',
  SLEMicro: 'slem',
  ComposerVendor: 'composer-vendor',
  CondaEnv: 'conda-environment',
  CondaPkg: 'conda-pkg',
  DotNetCore: 'dotnet-core',
  GoModule: 'gomod',
  NodePkg: 'node-pkg',
  PackagesProps: 'packages-props',
  PythonPkg: 'python-pkg',
  RustBinary: 'rustbinary',
  SBTLock: 'sbt',
};

function resolveValue(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolveValue(item, folder));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const object = value as Record<string, unknown>;
  if (typeof object['$ref'] === 'string') {
    return resolveReference(object['$ref']);
  }
  if (typeof object['$call'] === 'string') {
    const args = (object['args'] as readonly unknown[]).map((arg) => resolveValue(arg, folder));
    return resolveCall(object, object['$call'], args, folder);
  }
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, resolveValue(item, folder)]));
}

/** `types.RelationshipDirect` → `direct`; the name itself where it is no known constant of a package `types`. */
function resolveReference(name: string): string {
  const constant = /^f?types\.(\w+)$/.exec(name)?.[1];
  if (constant === undefined) {
    return name;
  }
  const [, prefixed] = /^(?:Relationship|Ref)(\w+)$/.exec(constant) ?? [];
  return constants[constant] ?? (prefixed ?? constant).toLowerCase();
}

/** Texts and files become bytes; a call that is not known stays as it is. */
function resolveCall(call: object, name: string, args: readonly unknown[], folder: string): unknown {
  const [first] = args;
  switch (name) {
    case 'strings.NewReader':
      return Buffer.from(String(first));
    case 'os.Open': {
      const path = trivyFixture(folder, String(first));
      return existsSync(path) ? readFileSync(path) : null;
    }
    case 'filepath.Join':
      return join(...args.map(String));
    case 'filepath.Dir':
      return dirname(String(first));
    case 'strings.Repeat':
      return String(first).repeat(Number(args[1]));
    case 'intRef':
      return first;
    default:
      return call;
  }
}
