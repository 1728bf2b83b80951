import type { Finding, ScannedArtifact } from '@lanner/hub';
import type { OsInfo, Report, Result, Vulnerability } from '@lanner/scanner';

/** What was scanned, as the server keeps it. `key` names it where the report does not. */
export function artifactOf(
  report: Report,
  kind: ScannedArtifact['kind'],
  key: string,
  notes: readonly string[],
): ScannedArtifact {
  const { metadata, artifactName, results } = report;
  const { os, imageId, repoTags = [], repoDigests = [] } = metadata;
  let packages = 0;
  for (const result of results) {
    packages += result.packages?.length ?? 0;
  }
  return {
    key: kind === 'image' ? (imageId ?? key) : key,
    kind,
    names: [
      ...new Set([
        ...repoTags,
        ...repoDigests,
        ...(kind === 'image' && repoTags.length > 0 ? [] : [artifactName]),
      ]),
    ],
    system: systemOf(os),
    packages,
    notes,
  };
}

/** Everything of a report that somebody should know, with an end of life of the system as a finding of its own. */
export function findingsOf(report: Report): Finding[] {
  const { os } = report.metadata;
  const endOfLife: Finding[] =
    os?.eosl === true
      ? [
          {
            ...nothing,
            kind: 'end-of-life',
            id: systemOf(os),
            severity: 'HIGH',
            title: `${systemOf(os)} gets no security updates any more`,
          },
        ]
      : [];
  return [...endOfLife, ...report.results.flatMap(findingsOfResult)];
}

/** What a store tells findings of an artifact apart by. */
export function findingKey({ kind, id, package: place }: Finding): string {
  return JSON.stringify([kind, id, place]);
}

function systemOf(os: OsInfo | undefined): string {
  return os === undefined ? '' : [os.family, os.name ?? ''].join(' ').trim();
}

const nothing = {
  package: '',
  packageName: '',
  installedVersion: '',
  fixedVersion: '',
  epss: null,
  kev: false,
  details: {},
} as const;

function findingsOfResult(result: Result): Finding[] {
  const { target, vulnerabilities = [], secrets = [], licenses = [], misconfigurations = [] } = result;
  return [
    ...vulnerabilities.map((vulnerability) => ofVulnerability(vulnerability, target)),
    ...secrets.map(({ ruleId, category, severity, title, startLine, match }): Finding => ({
      ...nothing,
      kind: 'secret',
      id: ruleId,
      package: `${target}:${startLine}`,
      severity,
      title,
      // Already with asterisks in place of the secret.
      details: { target, startLine, category, match },
    })),
    ...licenses
      .filter(({ severity }) => severity !== 'LOW')
      .map(({ severity, category, pkgName = '', filePath = '', name }): Finding => ({
        ...nothing,
        kind: 'license',
        id: name,
        package: pkgName === '' ? filePath : pkgName,
        packageName: pkgName,
        severity,
        title: `${name} (${category})`,
      })),
    ...misconfigurations
      .filter(({ status }) => status === 'FAIL')
      .map(({ id, severity, title, message = '', resolution = '' }): Finding => ({
        ...nothing,
        kind: 'misconfiguration',
        id,
        package: target,
        severity,
        title,
        details: { message, resolution },
      })),
  ];
}

function ofVulnerability(vulnerability: Vulnerability, target: string): Finding {
  const {
    vulnerabilityId,
    pkgName,
    pkgPath,
    pkgIdentifier,
    installedVersion,
    fixedVersion = '',
  } = vulnerability;
  const { severity = 'UNKNOWN', title = '', status, primaryUrl, threat, publishedDate } = vulnerability;
  return {
    kind: 'vulnerability',
    id: vulnerabilityId,
    package: `${pkgIdentifier?.purl ?? pkgName}${pkgPath === undefined ? '' : `#${pkgPath}`}`,
    packageName: pkgName,
    installedVersion,
    fixedVersion,
    severity,
    title,
    epss: threat?.epss ?? null,
    kev: threat?.exploitedSince !== undefined,
    details: { target, status: status ?? '', url: primaryUrl ?? '', published: publishedDate ?? '' },
  };
}
