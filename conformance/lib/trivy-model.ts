import type { Contribution, Package } from '../../packages/scanner/src/index.ts';

type GoValue = unknown;
type GoObject = Readonly<Record<string, GoValue>>;

/** A `Blob`/`AnalysisResult` of a test table as what our analyzers answer; null for nothing. */
export function contributionOf(value: GoValue): Contribution | null {
  const result = value as GoObject | null | undefined;
  if (result === null || result === undefined || Object.keys(result).length === 0) {
    return null;
  }
  const { OS: os, Repository: repository, BuildInfo: buildInfo } = result;
  const applications = list(result['Applications']).map((application) => ({
    type: text(application['Type']),
    filePath: text(application['FilePath']),
    packages: packagesOf(application['Packages'] ?? application['Libraries']),
  }));
  const packageLists = list(result['PackageInfos']).map((info) => ({
    filePath: text(info['FilePath']),
    packages: packagesOf(info['Packages']),
  }));
  return withoutEmpty({
    os: os === undefined ? undefined : lowered(os),
    repository: repository === undefined ? undefined : lowered(repository),
    buildInfo: buildInfo === undefined ? undefined : lowered(buildInfo),
    applications,
    packageLists,
    systemFiles: paths(result['SystemInstalledFiles']),
    licenses: list(result['Licenses']).map(licenseFileOf),
    digests: result['Digests'],
  });
}

/** Packages of a test table as ours; `dependencies` are the separate graph that parsers of the table answer. */
export function packagesOf(value: GoValue, dependencies: GoValue = []): readonly Package[] {
  const edges = new Map(list(dependencies).map(({ ID: id, DependsOn: on }) => [text(id), on]));
  return list(value).map((found) => packageOf({ DependsOn: edges.get(text(found['ID'])), ...found }));
}

/**
 * What can be compared of a contribution: without `unknown` relationships and empty values, packages, files and
 * dependencies in one order.
 */
export function comparable(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(comparable).sort(byText);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value)
    .filter(([key, item]) => !(key === 'relationship' && item === 'unknown'))
    .map(([key, item]) => [key, key === 'licenses' && isTexts(item) ? item : comparable(item)] as const);
  return withoutEmpty(Object.fromEntries(entries));
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function byText(a: unknown, b: unknown): number {
  const [left, right] = [sortKey(a), sortKey(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function sortKey(value: unknown): string {
  if (typeof value !== 'object' || value === null) {
    return String(value);
  }
  const { id, name, version, filePath } = value as Partial<Package>;
  return name === undefined ? JSON.stringify(value) : JSON.stringify([id, name, version, filePath, value]);
}

/** What merging fills in later, what the relationship says already, and what has another shape with us. */
const leftOut = new Set([
  ...['Identifier', 'Layer', 'ExternalReferences', 'Indirect'],
  ...['Repository', 'InstalledFiles', 'Modularitylabel', 'Relationship'],
]);

function packageOf(found: GoObject): Package {
  const same = Object.fromEntries(Object.entries(found).filter(([key]) => !leftOut.has(key)));
  const { Relationship: relationship, Epoch: epoch, SrcEpoch: srcEpoch } = found;
  return withoutEmpty({
    ...(lowered(same) as object),
    modularityLabel: found['Modularitylabel'],
    repositoryClass: (found['Repository'] as GoObject | undefined)?.['Class'],
    relationship: relationship === 'unknown' ? undefined : relationship,
    installedFiles: paths(found['InstalledFiles']),
    epoch: epoch === 0 ? undefined : epoch,
    srcEpoch: srcEpoch === 0 ? undefined : srcEpoch,
  }) as unknown as Package;
}

/** Of Debian's files no confidence is told: they are sure. */
function licenseFileOf(license: GoObject): GoValue {
  const findings = list(license['Findings']).map((finding) => ({ Confidence: 1, ...finding }));
  return lowered({ ...license, Findings: findings });
}

/** Our names for the fields: `SrcName` → `srcName`, `ID` → `id`. */
function lowered(value: GoValue): GoValue {
  if (Array.isArray(value)) {
    return value.map(lowered);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return withoutEmpty(
    Object.fromEntries(Object.entries(value).map(([key, item]) => [fieldName(key), lowered(item)])),
  );
}

function fieldName(key: string): string {
  return key === 'ID' ? 'id' : key.charAt(0).toLowerCase() + key.slice(1);
}

function paths(value: GoValue): readonly string[] {
  return ((value ?? []) as readonly string[]).map((path) => path.replace(/^\//, ''));
}

function list(value: GoValue): readonly GoObject[] {
  return (value ?? []) as readonly GoObject[];
}

function text(value: GoValue): string {
  return typeof value === 'string' ? value : '';
}

function withoutEmpty(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).filter(
      ([, value]) =>
        value !== undefined &&
        value !== null &&
        value !== '' &&
        value !== false &&
        !(Array.isArray(value) && value.length === 0),
    ),
  );
}
