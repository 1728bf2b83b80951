import type { Package, RepositoryClass, Severity, Vulnerability, VulnerabilityStatus } from '@lanner/scanner';
import { parseDetail } from '../../packages/scanner/src/db/records.ts';

/** A value of a Go table: constants are `{$ref}`, calls `{$call}`. */
export type GoObject = Readonly<Record<string, unknown>>;

/** Constants of Go whose value is not their name in lower case. */
const constants: Readonly<Record<string, string>> = {
  'ftypes.RedHat': 'redhat',
  'ftypes.CBLMariner': 'cbl-mariner',
  'ftypes.Azure': 'azurelinux',
  'azurevs.Mariner': 'cbl-mariner',
  'azurevs.Azure': 'azurelinux',
  'ftypes.OpenSUSELeap': 'opensuse-leap',
  'ftypes.OpenSUSETumbleweed': 'opensuse-tumbleweed',
  'ftypes.SLEMicro': 'slem',
  'suse.OpenSUSE': 'opensuse-leap',
  'suse.OpenSUSETumbleweed': 'opensuse-tumbleweed',
  'suse.SUSEEnterpriseLinux': 'sles',
  'suse.SUSEEnterpriseLinuxMicro': 'slem',
  'ftypes.GoModule': 'gomod',
  'ftypes.GoBinary': 'gobinary',
  'ftypes.NodePkg': 'node-pkg',
  'ftypes.PythonPkg': 'python-pkg',
  'ftypes.DotNetCore': 'dotnet-core',
  'ftypes.K8sUpstream': 'kubernetes',
  'ftypes.SupplierRapidFort': 'rapidfort',
  'ftypes.RepositoryClassThirdParty': 'third-party',
  'ftypes.RepositoryClassOfficial': 'official',
  'vulnerability.AzureLinux': 'azure',
  'vulnerability.CBLMariner': 'cbl-mariner',
  'vulnerability.OracleOVAL': 'oracle-oval',
  'vulnerability.SuseCVRF': 'suse-cvrf',
  'vulnerability.RubySec': 'ruby-advisory-db',
  'vulnerability.PhpSecurityAdvisories': 'php-security-advisories',
  'vulnerability.NodejsSecurityWg': 'nodejs-security-wg',
  'vulnerability.ArchLinux': 'arch-linux',
  'vulnerability.RedHatOVAL': 'redhat-oval',
  'dbTypes.StatusWillNotFix': 'will_not_fix',
  'dbTypes.StatusFixDeferred': 'fix_deferred',
  'dbTypes.StatusEndOfLife': 'end_of_life',
  'dbTypes.StatusUnderInvestigation': 'under_investigation',
  'dbTypes.StatusNotAffected': 'not_affected',
};

export function isGoObject(value: unknown): value is GoObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text that a Go value stands for; undefined for nothing. */
export function goText(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return value === '' ? undefined : value;
  }
  if (!isGoObject(value)) {
    return undefined;
  }
  const name = value['$ref'] ?? value['$call'];
  if (typeof name !== 'string') {
    return undefined;
  }
  const severity = /^(?:dbTypes|types)\.Severity(\w+?)(?:\.String)?$/.exec(name)?.[1];
  const status = /^(?:dbTypes|types)\.Status(\w+)$/.exec(name)?.[1];
  return (
    severity?.toUpperCase() ??
    constants[name] ??
    status?.toLowerCase() ??
    name.replace(/^\w+\./, '').toLowerCase()
  );
}

/** Without the members that have no value. */
export function compact<T>(value: T): T {
  if (Array.isArray(value)) {
    return value.map(compact) as T;
  }
  if (!isGoObject(value)) {
    return value;
  }
  const entries = Object.entries(value)
    .map(([key, member]) => [key, compact(member)] as const)
    .filter(([, member]) => member !== undefined && !isEmptyObject(member));
  return Object.fromEntries(entries) as T;
}

function isEmptyObject(value: unknown): boolean {
  return isGoObject(value) && Object.keys(value).length === 0;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && value !== 0 ? value : undefined;
}

function texts(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value.map((item) => goText(item) ?? '') : undefined;
}

/** Maps and structs without members are written as an empty list in the tables. */
function object(value: unknown): GoObject | undefined {
  return isGoObject(value) ? value : undefined;
}

function layer(value: unknown): Package['layer'] {
  const members = object(value);
  return members === undefined
    ? undefined
    : compact({ digest: goText(members['Digest']), diffId: goText(members['DiffID']) } as Package['layer']);
}

/** A package of a Go table. */
export function goPackage(value: GoObject): Package {
  const buildInfo = object(value['BuildInfo']);
  const identifier = object(value['Identifier']);
  const repository = object(value['Repository']);
  return compact({
    id: goText(value['ID']),
    name: goText(value['Name']) ?? '',
    version: goText(value['Version']),
    release: goText(value['Release']),
    epoch: number(value['Epoch']),
    arch: goText(value['Arch']),
    dev: value['Dev'] === true ? true : undefined,
    srcName: goText(value['SrcName']),
    srcVersion: goText(value['SrcVersion']),
    srcRelease: goText(value['SrcRelease']),
    srcEpoch: number(value['SrcEpoch']),
    licenses: texts(value['Licenses']),
    maintainer: goText(value['Maintainer']),
    modularityLabel: goText(value['Modularitylabel']),
    repositoryClass: goText(repository?.['Class']) as RepositoryClass | undefined,
    filePath: goText(value['FilePath']),
    layer: layer(value['Layer']),
    identifier: identifier && {
      purl: goText(identifier['PURL']),
      uid: goText(identifier['UID']),
      bomRef: goText(identifier['BOMRef']),
    },
    buildInfo: buildInfo && {
      contentSets: texts(buildInfo['ContentSets']),
      nvr: goText(buildInfo['Nvr']),
      arch: goText(buildInfo['Arch']),
    },
  }) as Package;
}

/** A vulnerability of a Go table. */
export function goVulnerability(value: GoObject): Vulnerability {
  const detail = object(value['Vulnerability']);
  const source = object(value['DataSource']);
  const identifier = object(value['PkgIdentifier']);
  return compact({
    ...(detail === undefined ? {} : goDetail(detail)),
    vulnerabilityId: goText(value['VulnerabilityID']) ?? '',
    vendorIds: texts(value['VendorIDs']),
    pkgId: goText(value['PkgID']),
    pkgName: goText(value['PkgName']) ?? '',
    pkgPath: goText(value['PkgPath']),
    pkgIdentifier: identifier && { purl: goText(identifier['PURL']), bomRef: goText(identifier['BOMRef']) },
    installedVersion: goText(value['InstalledVersion']) ?? '',
    fixedVersion: goText(value['FixedVersion']),
    status: goText(value['Status']) as VulnerabilityStatus | undefined,
    layer: layer(value['Layer']),
    severitySource: goText(value['SeveritySource']),
    primaryUrl: goText(value['PrimaryURL']),
    dataSource: source && {
      id: goText(source['ID']) ?? '',
      name: goText(source['Name']) ?? '',
      url: goText(source['URL']) ?? '',
      baseId: goText(source['BaseID']),
    },
    ...('Custom' in value ? { custom: value['Custom'] } : {}),
  }) as Vulnerability;
}

/** What Go tables call a Vulnerability: the details of one. */
export function goDetail(value: GoObject): Partial<Vulnerability> {
  const { VendorSeverity, Severity, PublishedDate, LastModifiedDate, CVSS, ...rest } = value;
  const vendorSeverity = Object.entries(object(VendorSeverity) ?? {}).map(
    ([source, severity]) => [goText({ $ref: source }) ?? source, goText(severity) as Severity] as const,
  );
  return compact({
    ...parseDetail(JSON.stringify({ ...rest, ...cvssMember(CVSS) })),
    severity: goText(Severity) as Severity | undefined,
    vendorSeverity: vendorSeverity.length === 0 ? undefined : Object.fromEntries(vendorSeverity),
    publishedDate: goTime(PublishedDate),
    lastModifiedDate: goTime(LastModifiedDate),
  }) as Partial<Vulnerability>;
}

function cvssMember(value: unknown): GoObject {
  const entries = Object.entries(object(value) ?? {});
  return entries.length === 0
    ? {}
    : { CVSS: Object.fromEntries(entries.map(([source, cvss]) => [goText({ $ref: source }), cvss])) };
}

function goTime(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return value;
  }
  const args = isGoObject(value) ? value['args'] : undefined;
  return Array.isArray(args) ? goText(args[0]) : undefined;
}
