import { packageUrl, printPackageUrl, type Report, readReport, severities } from '@lanner/scanner';
import { goText, isGoObject, type GoObject } from './go-values.ts';

const texts: Readonly<Record<string, string>> = {
  'packageurl.TypeDebian': 'deb',
  'packageurl.TypeRPM': 'rpm',
  'packageurl.TypeApk': 'apk',
  'packageurl.TypeNPM': 'npm',
  'packageurl.TypePyPi': 'pypi',
  'packageurl.TypeOCI': 'oci',
  'purl.TypeK8s': 'k8s',
  'core.TypeContainerImage': 'container_image',
  'core.TypeOS': 'operating_system',
  'core.RelationshipContains': 'contains',
  'core.RelationshipDependsOn': 'depends_on',
  'cdx.SpecVersion1_7': '1.7',
  'cdx.ComponentTypeOS': 'operating-system',
  'cdx.HashAlgoMD5': 'MD5',
  'cdx.ScoringMethodCVSSv2': 'CVSSv2',
  'cdx.ScoringMethodCVSSv3': 'CVSSv3',
  'cdx.ScoringMethodCVSSv31': 'CVSSv31',
  'cdx.ScoringMethodCVSSv4': 'CVSSv4',
  'common.MD5': 'MD5',
  'common.SHA256': 'SHA256',
  'spdx.SHA1': 'SHA1',
  'spdx.SHA512': 'SHA512',
  'spdx.Version': 'SPDX-2.3',
  'spdx.DataLicense': 'CC0-1.0',
  'tspdx.CategoryPackageManager': 'PACKAGE-MANAGER',
  'tspdx.DocumentSPDXIdentifier': 'DOCUMENT',
  'tspdx.PackagePurposeApplication': 'APPLICATION',
  'tspdx.PackagePurposeContainer': 'CONTAINER',
  'tspdx.PackagePurposeLibrary': 'LIBRARY',
  'tspdx.PackagePurposeOS': 'OPERATING_SYSTEM',
  'tspdx.PackagePurposeSource': 'SOURCE',
  'tspdx.PackageSupplierNoAssertion': 'NOASSERTION',
  'tspdx.PackageSupplierOrganization': 'Organization',
  'tspdx.RefTypePurl': 'purl',
  'types.ClassOSPkg': 'os-pkgs',
  'types.ClassLangPkg': 'lang-pkgs',
  'report.SchemaVersion': '2',
  'ftypes.TypeContainerImage': 'container_image',
  'ftypes.TypeCycloneDX': 'cyclonedx',
  'ftypes.TypeFilesystem': 'filesystem',
  'ftypes.TypeRepository': 'repository',
  'vulnerability.RedHat': 'redhat',
};

/** A value of a table with constants, calls and package URLs turned into texts. */
export function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plainValue);
  }
  if (!isGoObject(value)) {
    return value;
  }
  if (typeof value['$ref'] === 'string') {
    const name = value['$ref'];
    const [, kind, rest = ''] =
      /^(core\.Property|(?:packageurl|core|cdx\.Component)\.?Type|\w+\.(?:Relationship|Class|Severity|VulnerabilityStatus))(\w+)$/.exec(
        name,
      ) ?? [];
    return (
      texts[name] ??
      (kind === 'core.Property' ? rest : kind === undefined ? goText(value) : rest.toLowerCase())
    );
  }
  if (typeof value['$call'] === 'string') {
    return plainCall(value['$call'], value['args'] as readonly unknown[]);
  }
  if (isPackageUrl(value)) {
    return printedUrl(value);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [plainKey(key), plainValue(member)]),
  );
}

/** Keys of Go maps may be calls or constants, written as text. */
function plainKey(key: string): string {
  const value = key.startsWith('{"$call"') ? plainValue(JSON.parse(key)) : key;
  return typeof value === 'string' ? value : key;
}

function plainCall(name: string, args: readonly unknown[]): unknown {
  const [first] = args;
  const severity = /^\w+\.Severity(\w+)\.String$/.exec(name)?.[1];
  if (severity !== undefined) {
    return severity.toUpperCase();
  }
  switch (name) {
    case 'annotation':
      return plainValue(args[1]);
    case 'make':
      return {};
    default:
      // new, string, uuid.MustParse, spdx.ElementID: the value itself.
      return plainValue(first);
  }
}

function isPackageUrl(value: GoObject): boolean {
  return 'Type' in value && 'Name' in value && Object.keys(value).every((key) => urlKeys.has(key));
}
const urlKeys: ReadonlySet<string> = new Set([
  'Type',
  'Namespace',
  'Name',
  'Version',
  'Qualifiers',
  'Subpath',
]);

function printedUrl(value: GoObject): string {
  const qualifiers = (value['Qualifiers'] ?? []) as readonly { Key: string; Value: string }[];
  return printPackageUrl(
    packageUrl({
      type: String(plainValue(value['Type'])),
      namespace: value['Namespace'] as string | undefined,
      name: String(value['Name']),
      version: value['Version'] as string | undefined,
      qualifiers: Object.fromEntries(qualifiers.map(({ Key, Value }) => [Key, Value])),
      subpath: value['Subpath'] as string | undefined,
    }),
  );
}

/** A `types.Report` of a table as our report, by way of the JSON that it would be written as. */
export function reportOf(value: unknown): Report {
  const report = plainValue(value) as Record<string, unknown>;
  const results = ((report['Results'] ?? []) as Record<string, unknown>[]).map((result) => ({
    ...result,
    ...(result['Vulnerabilities'] === undefined
      ? {}
      : { Vulnerabilities: (result['Vulnerabilities'] as GoObject[]).map(flatVulnerability) }),
  }));
  const metadata = (report['Metadata'] ?? {}) as Record<string, unknown>;
  return readReport(
    JSON.stringify({
      CreatedAt: '2021-08-25T12:20:30Z',
      ...report,
      SchemaVersion: 2,
      Metadata: { ...metadata, ImageConfig: lowerConfig(metadata['ImageConfig']) },
      Results: results,
    }),
  );
}

/** Go embeds the details; JSON has them beside the other members. */
function flatVulnerability(value: GoObject): GoObject {
  const { Vulnerability: detail = {}, ...rest } = value;
  const { VendorSeverity: bySource = {}, CVSS: cvss = {}, ...others } = detail as Record<string, object>;
  return {
    ...rest,
    ...others,
    VendorSeverity: Object.fromEntries(
      Object.entries(bySource).map(([source, severity]) => [
        sourceId(source),
        severities.indexOf(upper(severity)),
      ]),
    ),
    CVSS: Object.fromEntries(Object.entries(cvss).map(([source, one]) => [sourceId(source), one as unknown])),
  };
}

function upper(severity: unknown): (typeof severities)[number] {
  return String(severity).toUpperCase() as (typeof severities)[number];
}

function sourceId(name: string): string {
  return name.startsWith('vulnerability.') ? String(plainValue({ $ref: name })) : name;
}

function lowerConfig(config: unknown): unknown {
  const { Architecture, Config } = (config ?? {}) as { Architecture?: string; Config?: unknown };
  return config === undefined ? undefined : { architecture: Architecture, config: Config };
}
