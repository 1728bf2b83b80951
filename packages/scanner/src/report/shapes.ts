import { keptFiles, notedFiles } from '../lib/noted-files.ts';
import {
  type Package,
  type Severity,
  severities,
  severityRank,
  vulnerabilityStatuses,
} from '../model/index.ts';
import {
  always,
  anything,
  type Codec,
  flag,
  list,
  mapped,
  member,
  type Member,
  number,
  oneOf,
  plainFlag,
  record,
  struct,
  text,
  texts,
} from './codec.ts';

// The structs of Trivy's report, schema 2: names and order of their members.

const severity = oneOf(severities);

/** In maps of vendors severities are numbers. */
const severityNumber = mapped(
  (value) => severityRank(value as Severity),
  (json) => (typeof json === 'number' ? severities[json] : undefined),
);

const layer = struct([
  member('Size', 'size', number),
  member('Digest', 'digest'),
  member('DiffID', 'diffId'),
  member('CreatedBy', 'createdBy'),
]);

const identifier = struct([member('PURL', 'purl'), member('UID', 'uid'), member('BOMRef', 'bomRef')]);

const codeLine = struct([
  always('Number', 'number', number),
  always('Content', 'content'),
  always('IsCause', 'isCause', plainFlag),
  always('Annotation', 'annotation', { ...text, read: (json) => (typeof json === 'string' ? json : '') }),
  always('Truncated', 'truncated', plainFlag),
  member('Highlighted', 'highlighted'),
  always('FirstCause', 'firstCause', plainFlag),
  always('LastCause', 'lastCause', plainFlag),
]);

/** Lines of code, within an object of their own. */
const code: Codec = {
  write: (value) => ({ Lines: list(codeLine).write(value) ?? null }),
  read: (json) => lines.read(json),
  show: (value) => ({ Lines: list(codeLine).show(value) }),
};
const lines: Pick<Codec, 'read'> = {
  read: (json) => {
    const found = (struct([member('Lines', 'lines', list(codeLine))]).read(json) ?? {}) as {
      lines?: unknown;
    };
    return found.lines;
  },
};

const buildInfo = struct([
  member('ContentSets', 'contentSets', texts),
  member('Nvr', 'nvr'),
  member('Arch', 'arch'),
]);

/** The class of a package's repository, within an object of its own. */
const repositoryClass: Codec = {
  write: (value) => ({ Class: value }),
  read: (json) => {
    const found = (struct([member('Class', 'class', oneOf(['official', 'third-party']))]).read(json) ??
      {}) as {
      class?: unknown;
    };
    return found.class;
  },
  show: (value) => ({ Class: value ?? '' }),
};

const relationships = ['unknown', 'root', 'workspace', 'direct', 'indirect'] as const;
const relationship: Codec = {
  write: (value) => (value === 'unknown' ? undefined : value),
  read: oneOf(relationships).read,
  show: (value) => value ?? 'unknown',
};

const pkg = struct([
  member('ID', 'id'),
  member('Name', 'name'),
  member('Identifier', 'identifier', identifier),
  member('Version', 'version'),
  member('Release', 'release'),
  member('Epoch', 'epoch', number),
  member('Arch', 'arch'),
  member('Dev', 'dev', flag),
  member('SrcName', 'srcName'),
  member('SrcVersion', 'srcVersion'),
  member('SrcRelease', 'srcRelease'),
  member('SrcEpoch', 'srcEpoch', number),
  member('Licenses', 'licenses', texts),
  member('Maintainer', 'maintainer'),
  member('Modularitylabel', 'modularityLabel'),
  member('BuildInfo', 'buildInfo', buildInfo),
  member('Repository', 'repositoryClass', repositoryClass),
  member('Indirect', 'indirect', flag),
  member('Relationship', 'relationship', relationship),
  member('DependsOn', 'dependsOn', texts),
  member('Layer', 'layer', layer),
  member('FilePath', 'filePath'),
  member('Digest', 'digest'),
  member(
    'Locations',
    'locations',
    list(struct([always('StartLine', 'startLine', number), always('EndLine', 'endLine', number)])),
  ),
  member('InstalledFiles', 'installedFiles', texts),
  member('AnalyzedBy', 'analyzedBy'),
]);

/** That a package is indirect is said twice outside and once inside; files are as the package manager has them. */
const packageCodec: Codec = {
  write: (value) => pkg.write(asOutside(value)),
  read: (json) => {
    const read = pkg.read(json);
    if (typeof read !== 'object' || read === null) {
      return undefined;
    }
    const { indirect, ...same } = read as { indirect?: boolean; relationship?: string } & Partial<Package>;
    const { installedFiles } = same;
    const rest = installedFiles === undefined ? same : { ...same, installedFiles: keptFiles(installedFiles) };
    return indirect === true && rest.relationship === undefined
      ? { ...rest, relationship: 'indirect' }
      : rest;
  },
  show: (value) => pkg.show(asOutside(value)),
};

function asOutside(value: unknown): unknown {
  // What is written as a package is one.
  const one = value as Package;
  const installedFiles = notedFiles(one);
  const files = installedFiles === undefined ? one : { ...one, installedFiles };
  return one.relationship === 'indirect' ? { ...files, indirect: true } : files;
}

const cvss = struct([
  member('V2Vector', 'v2Vector'),
  member('V3Vector', 'v3Vector'),
  member('V40Vector', 'v40Vector'),
  member('V2Score', 'v2Score', number),
  member('V3Score', 'v3Score', number),
  member('V40Score', 'v40Score', number),
]);

const dataSource = struct(
  [member('ID', 'id'), member('Name', 'name'), member('URL', 'url'), member('BaseID', 'baseId')],
  { nullable: true },
);

const detailMembers = [
  member('Title', 'title'),
  member('Description', 'description'),
  member('Severity', 'severity', severity),
  member('CweIDs', 'cweIds', texts),
  member('VendorSeverity', 'vendorSeverity', record(severityNumber)),
  member('CVSS', 'cvss', record(cvss)),
  member('References', 'references', texts),
  member('PublishedDate', 'publishedDate'),
  member('LastModifiedDate', 'lastModifiedDate'),
];

/** What programs that read Trivy's reports do not know, and pass over. */
const threat = struct([
  member('EPSS', 'epss', number),
  member('EPSSPercentile', 'percentile', number),
  member('KnownExploitedSince', 'exploitedSince'),
  member('KnownRansomwareUse', 'ransomware', flag),
]);

const vulnerability = struct([
  member('VulnerabilityID', 'vulnerabilityId'),
  member('VendorIDs', 'vendorIds', texts),
  member('PkgID', 'pkgId'),
  member('PkgName', 'pkgName'),
  member('PkgPath', 'pkgPath'),
  member('PkgIdentifier', 'pkgIdentifier', identifier),
  member('InstalledVersion', 'installedVersion'),
  member('FixedVersion', 'fixedVersion'),
  member('Status', 'status', oneOf(vulnerabilityStatuses)),
  member('Layer', 'layer', layer),
  member('SeveritySource', 'severitySource'),
  member('PrimaryURL', 'primaryUrl'),
  member('DataSource', 'dataSource', dataSource),
  member('Fingerprint', 'fingerprint'),
  member('Custom', 'custom', anything),
  ...detailMembers,
  member('Exploitation', 'threat', threat),
]);

/** Templates reach the details also through the struct that Go embeds. */
const vulnerabilityCodec: Codec = {
  ...vulnerability,
  read: (json) => withTexts(vulnerability.read(json), ['vulnerabilityId', 'pkgName', 'installedVersion']),
  show: (value) => {
    const shown = vulnerability.show(value);
    return { ...(shown as object), Vulnerability: shown };
  },
};

const cause = struct([
  member('Resource', 'resource'),
  member('Provider', 'provider'),
  member('Service', 'service'),
  member('StartLine', 'startLine', number),
  member('EndLine', 'endLine', number),
  member('Code', 'code', code),
]);

const misconfiguration = struct([
  member('Type', 'type'),
  member('ID', 'id'),
  member('AVDID', 'avdId'),
  member('Aliases', 'aliases', texts),
  member('Title', 'title'),
  member('Description', 'description'),
  member('Message', 'message'),
  member('Namespace', 'namespace'),
  member('Query', 'query'),
  member('Resolution', 'resolution'),
  member('Severity', 'severity', severity),
  member('PrimaryURL', 'primaryUrl'),
  member('References', 'references', texts),
  member('Status', 'status', oneOf(['PASS', 'FAIL', 'EXCEPTION'])),
  member('Layer', 'layer', layer),
  member('CauseMetadata', 'cause', cause),
  member('Traces', 'traces', texts),
]);

const secret = struct([
  always('RuleID', 'ruleId'),
  always('Category', 'category'),
  always('Severity', 'severity', severity),
  always('Title', 'title'),
  always('StartLine', 'startLine', number),
  always('EndLine', 'endLine', number),
  always('Code', 'code', code),
  always('Match', 'match'),
  member('Layer', 'layer', layer),
  member('Offset', 'offset', number),
]);

const license = struct([
  always('Severity', 'severity', severity),
  always('Category', 'category'),
  always('PkgName', 'pkgName'),
  always('FilePath', 'filePath'),
  always('Name', 'name'),
  always('Text', 'text'),
  always('Confidence', 'confidence', number),
  always('Link', 'link'),
]);

const secretCodec: Codec = {
  ...secret,
  read: (json) =>
    withDefaults(secret.read(json), { code: [], startLine: 0, endLine: 0, severity: 'UNKNOWN' }),
};
const licenseCodec: Codec = {
  ...license,
  read: (json) =>
    withDefaults(license.read(json), { confidence: 0, severity: 'UNKNOWN', category: 'unknown' }),
};
const misconfigurationCodec: Codec = {
  ...misconfiguration,
  read: (json) =>
    withDefaults(withTexts(misconfiguration.read(json), ['type', 'id', 'title']), {
      status: 'FAIL',
      severity: 'UNKNOWN',
    }),
};

const findings: Readonly<Record<string, Codec>> = {
  vulnerability: vulnerabilityCodec,
  misconfiguration: misconfigurationCodec,
  secret: secretCodec,
  license: licenseCodec,
};

const suppressedMembers = [
  member('Type', 'type', oneOf(Object.keys(findings))),
  member('Status', 'status'),
  always('Statement', 'statement'),
  member('Source', 'source'),
  member('Finding', 'finding', anything),
];

/** What a suppressed finding is depends on its type. */
const suppressed: Codec = {
  write: (value) => turned(struct(suppressedMembers).write(value), 'Type', 'Finding', 'write'),
  read: (json) => turned(struct(suppressedMembers).read(json), 'type', 'finding', 'read'),
  show: (value) => turned(struct(suppressedMembers).show(value), 'Type', 'Finding', 'show'),
};

function turned(value: unknown, typeKey: string, findingKey: string, how: keyof Codec): unknown {
  const object = value as Readonly<Record<string, unknown>> | undefined;
  const codec = findings[String(object?.[typeKey])];
  return object === undefined || codec === undefined
    ? undefined
    : { ...object, [findingKey]: codec[how](object[findingKey]) };
}

const summary = struct([always('Successes', 'successes', number), always('Failures', 'failures', number)], {
  nullable: true,
});

export const resultMembers: readonly Member[] = [
  always('Target', 'target'),
  member('Class', 'class'),
  member('Type', 'type'),
  member('Packages', 'packages', list(packageCodec)),
  member('Vulnerabilities', 'vulnerabilities', list(vulnerabilityCodec)),
  member('MisconfSummary', 'misconfigurationSummary', summary),
  member('Misconfigurations', 'misconfigurations', list(misconfigurationCodec)),
  member('Secrets', 'secrets', list(secretCodec)),
  member('Licenses', 'licenses', list(licenseCodec)),
  member(
    'CustomResources',
    'customResources',
    list(struct([member('Type', 'type'), member('FilePath', 'filePath'), member('Data', 'data', anything)])),
  ),
  member('ExperimentalModifiedFindings', 'suppressed', list(suppressed)),
];

const os = struct(
  [
    always('Family', 'family'),
    always('Name', 'name'),
    member('EOSL', 'eosl', flag),
    member('Supplier', 'supplier'),
    member('extended', 'extended', flag),
  ],
  { nullable: true },
);

export const metadata = struct([
  member('Size', 'size', number),
  member('OS', 'os', os),
  member('ImageID', 'imageId'),
  member('DiffIDs', 'diffIds', texts),
  member('RepoTags', 'repoTags', texts),
  member('RepoDigests', 'repoDigests', texts),
  member('Reference', 'reference'),
  member('ImageConfig', 'imageConfig', anything),
  member('Layers', 'layers', list(layer)),
  member('RepoURL', 'repoUrl'),
  member('Branch', 'branch'),
  member('Tags', 'tags', texts),
  member('Commit', 'commit'),
  member('CommitMsg', 'commitMessage'),
  member('Author', 'author'),
  member('Committer', 'committer'),
]);

/** Members that are always there in our model although the JSON may leave them out. */
function withTexts(value: unknown, keys: readonly string[]): unknown {
  return withDefaults(value, Object.fromEntries(keys.map((key) => [key, ''])));
}

function withDefaults(value: unknown, defaults: object): unknown {
  return value === undefined ? undefined : { ...defaults, ...(value as object) };
}
