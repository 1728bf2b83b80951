import { AppError } from '@lanner/core';
import { parseReference } from '@lanner/runtimes';
import { present } from '../lib/json.ts';
import type { Report, Result, Severity, Vulnerability } from '../model/index.ts';
import { goJson } from '../report/json.ts';
import { defineReportFormat } from '../report-format.ts';

export const reportFormat = defineReportFormat({
  id: 'sarif',
  doc: 'SARIF 2.1.0, for code scanning services and editors.',
  isSbom: false,
  *write(report, { folder }) {
    yield `${goJson(new SarifWriter(report).log(folder))}\n`;
  },
});

interface Finding {
  readonly ruleId: string;
  readonly kind: string;
  readonly severity: Severity;
  /** `security-severity` of code scanning: 0.0 … 10.0 */
  readonly score: string;
  /** The score in parts. */
  readonly cvss: Readonly<Record<string, string | number>>;
  readonly title: string;
  readonly description: string;
  readonly help: string;
  readonly helpMarkdown: string;
  readonly url: string | undefined;
  readonly message: string;
  readonly locations: readonly Place[];
  readonly tag: string;
}

interface Place {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly message: string;
}

const scores: Readonly<Record<Severity, string>> = {
  CRITICAL: '9.5',
  HIGH: '8.0',
  MEDIUM: '5.5',
  LOW: '2.0',
  UNKNOWN: '0.0',
};

function levelOf(severity: Severity): string {
  return severity === 'CRITICAL' || severity === 'HIGH'
    ? 'error'
    : severity === 'MEDIUM'
      ? 'warning'
      : 'note';
}

class SarifWriter {
  readonly #report: Report;
  readonly #rules: Record<string, unknown>[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #results: Record<string, unknown>[] = [];

  constructor(report: Report) {
    this.#report = report;
    for (const result of report.results) {
      this.#add(vulnerabilityFindings(result));
      this.#add(otherFindings(result));
    }
  }

  log(folder: string | undefined): Record<string, unknown> {
    const { version, artifactName, artifactType, metadata } = this.#report;
    return {
      version: '2.1.0',
      $schema:
        'https://raw.githubusercontent.com/oasis-tcs/sarif-spec/main/sarif-2.1/schema/sarif-schema-2.1.0.json',
      runs: [
        present({
          tool: {
            driver: {
              fullName: 'Trivy Vulnerability Scanner',
              informationUri: 'https://github.com/aquasecurity/trivy',
              name: 'Trivy',
              rules: this.#rules,
              version,
            },
          },
          results: this.#results,
          columnKind: 'utf16CodeUnits',
          originalUriBaseIds:
            artifactType !== 'filesystem' && artifactType !== 'repository'
              ? undefined
              : { ROOTPATH: { uri: rootUri(folder ?? artifactName) } },
          properties:
            artifactType === 'container_image'
              ? {
                  imageID: metadata.imageId ?? '',
                  imageName: artifactName,
                  repoDigests: metadata.repoDigests ?? null,
                  repoTags: metadata.repoTags ?? null,
                }
              : undefined,
        }),
      ],
    };
  }

  #add(findings: readonly Finding[]): void {
    for (const finding of findings) {
      this.#results.push({
        ruleId: finding.ruleId,
        ruleIndex: this.#rule(finding),
        level: levelOf(finding.severity),
        message: { text: finding.message },
        locations: finding.locations.map(locationJson),
      });
    }
  }

  /** A rule says what the last finding says. */
  #rule(finding: Finding): number {
    const index = this.#indexes.get(finding.ruleId) ?? this.#rules.length;
    this.#indexes.set(finding.ruleId, index);
    this.#rules[index] = present({
      id: finding.ruleId,
      name: finding.kind,
      shortDescription: { text: finding.title },
      fullDescription: { text: finding.description },
      defaultConfiguration: { level: levelOf(finding.severity) },
      helpUri: finding.url,
      help: { text: finding.help, markdown: finding.helpMarkdown },
      properties: {
        ...finding.cvss,
        precision: 'very-high',
        'security-severity': finding.score,
        tags: [finding.tag, 'security', finding.severity],
      },
    });
    return index;
  }
}

/** The folder, or the address of a repository that was cloned into one that is gone. */
function rootUri(folder: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(folder)) {
    return `${folder.replace(/\/+$/, '')}/`;
  }
  return `file://${encodePath(`/${folder}/`.replaceAll(/\/+/g, '/'))}`;
}

function locationJson({ path, startLine, endLine, message }: Place): Record<string, unknown> {
  return {
    physicalLocation: {
      artifactLocation: { uri: encodePath(path), uriBaseId: 'ROOTPATH' },
      region: { startLine, startColumn: 1, endLine, endColumn: 1 },
    },
    message: { text: message },
  };
}

/** As addresses are written; what need not be escaped in a path is not. */
function encodePath(path: string): string {
  return path
    .split('/')
    .map((part) =>
      // A report that is read can have halves of characters in its names.
      encodeURIComponent(part.toWellFormed()).replaceAll(/%(?:24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent),
    )
    .join('/');
}

/** Images have no files of a checkout: the name of their repository stands for the path. */
function targetPath({ target, class: kind }: Result): string {
  if (kind !== 'os-pkgs') {
    return target;
  }
  const name = target.replace(/\s*\([^)]*\).*$/, '');
  try {
    return parseReference(name).repository;
  } catch (error) {
    if (error instanceof AppError) {
      // A path of an archive or layout, with the name of an image in it.
      return /^([a-z0-9_./-]{2,255})(?::[\w.-]{1,128})?$/.exec(name)?.[1] ?? name;
    }
    throw error;
  }
}

function vulnerabilityFindings(result: Result): Finding[] {
  const isOs = result.class === 'os-pkgs';
  return (result.vulnerabilities ?? []).map((found) => {
    const path = found.pkgPath ?? targetPath(result);
    const { fixedVersion = '', severity = 'UNKNOWN', primaryUrl = '' } = found;
    const link = `[${found.vulnerabilityId}](${primaryUrl})`;
    return {
      ruleId: found.vulnerabilityId,
      kind: isOs ? 'OsPackageVulnerability' : 'LanguageSpecificPackageVulnerability',
      severity,
      score: scoreOf(found),
      cvss: cvssOf(found),
      title: found.title ?? '',
      description: found.description ?? found.title ?? '',
      help: [
        `Vulnerability ${found.vulnerabilityId}`,
        `Severity: ${severity}`,
        `Package: ${found.pkgName}`,
        `Fixed Version: ${fixedVersion}`,
        `Link: ${link}`,
        found.description ?? '',
      ].join('\n'),
      helpMarkdown: [
        `**Vulnerability ${found.vulnerabilityId}**`,
        '| Severity | Package | Fixed Version | Link |',
        '| --- | --- | --- | --- |',
        `|${severity}|${found.pkgName}|${fixedVersion}|${link}|`,
        '',
        found.description ?? '',
      ].join('\n'),
      url: found.primaryUrl,
      message: [
        `Package: ${found.pkgName}`,
        `Installed Version: ${found.installedVersion}`,
        `Vulnerability ${found.vulnerabilityId}`,
        `Severity: ${severity}`,
        `Fixed Version: ${fixedVersion}`,
        `Link: ${link}`,
      ].join('\n'),
      locations: placesOf(found, result, path),
      tag: 'vulnerability',
    };
  });
}

function placesOf(found: Vulnerability, result: Result, path: string): Place[] {
  const pkg = result.packages?.find(
    ({ name, version }) => name === found.pkgName && version === found.installedVersion,
  );
  const message = `${path}: ${found.pkgName}@${found.installedVersion}`;
  const lines = pkg?.locations ?? [];
  return lines.length === 0
    ? [{ path, startLine: 1, endLine: 1, message }]
    : lines.map(({ startLine, endLine }) => ({ path, startLine, endLine, message }));
}

/** The CVSS score of the source of the severity, or what stands for the severity. */
function scoreOf({ severity = 'UNKNOWN', severitySource = '', cvss = {} }: Vulnerability): string {
  const score = cvss[severitySource]?.v3Score ?? 0;
  return score > 0 ? score.toFixed(1) : scores[severity];
}

function cvssOf({ severitySource = '', cvss = {} }: Vulnerability): Finding['cvss'] {
  const { v2Vector, v2Score, v3Vector, v3Score, v40Vector, v40Score } = cvss[severitySource] ?? {};
  return present({
    cvssv2_score: v2Score,
    cvssv2_vector: v2Vector,
    cvssv3_baseScore: v3Score,
    cvssv3_vector: v3Vector,
    cvssv40_baseScore: v40Score,
    cvssv40_vector: v40Vector,
  });
}

function otherFindings(result: Result): Finding[] {
  const path = targetPath(result);
  return [
    ...misconfigurationFindings(result, path),
    ...secretFindings(result, path),
    ...licenseFindings(result, path),
  ];
}

function misconfigurationFindings({ misconfigurations = [], type = '' }: Result, path: string): Finding[] {
  return misconfigurations
    .filter(({ status }) => status === 'FAIL')
    .map((found) => {
      const link = `[${found.id}](${found.primaryUrl ?? ''})`;
      return {
        ...general(found.severity, 'Misconfiguration', 'misconfiguration'),
        ruleId: found.id,
        title: found.title,
        description: found.description ?? found.title,
        help: `Misconfiguration ${found.id}\nType: ${type}\nSeverity: ${found.severity}\nCheck: ${found.title}\nMessage: ${found.message ?? ''}\nLink: ${link}\n${found.description ?? ''}`,
        helpMarkdown: `**Misconfiguration ${found.id}**\n| Type | Severity | Check | Message | Link |\n| --- | --- | --- | --- | --- |\n|${type}|${found.severity}|${found.title}|${found.message ?? ''}|${link}|\n\n${found.description ?? ''}`,
        url: found.primaryUrl,
        message: `Artifact: ${path}\nType: ${type}\nVulnerability ${found.id}\nSeverity: ${found.severity}\nMessage: ${found.message ?? ''}\nLink: ${link}`,
        locations: [place(path, found.cause?.startLine, found.cause?.endLine)],
      };
    });
}

const secretRules = 'https://github.com/aquasecurity/trivy/blob/main/pkg/fanal/secret/builtin-rules.go';

function secretFindings({ secrets = [], type = '' }: Result, path: string): Finding[] {
  return secrets.map((found) => ({
    ...general(found.severity, 'Secret', 'secret'),
    ruleId: found.ruleId,
    title: found.title,
    description: found.match,
    help: `Secret ${found.title}\nSeverity: ${found.severity}\nMatch: ${found.match}`,
    helpMarkdown: `**Secret ${found.title}**\n| Severity | Match |\n| --- | --- |\n|${found.severity}|${found.match}|`,
    url: secretRules,
    message: `Artifact: ${path}\nType: ${type}\nSecret ${found.title}\nSeverity: ${found.severity}\nMatch: ${found.match}`,
    locations: [place(path, found.startLine, found.endLine)],
  }));
}

function licenseFindings({ licenses = [], target }: Result, path: string): Finding[] {
  return licenses.map((found) => {
    const { name, category, pkgName = '', filePath = '', link } = found;
    const title = `${name} in ${pkgName}`;
    return {
      ...general(found.severity, 'License', 'license'),
      ruleId: `${pkgName}:${name}`,
      title,
      description: title,
      help: `License ${name}\nClassification: ${category}\nPkgName: ${pkgName}\nPath: ${filePath}`,
      helpMarkdown: `**License ${name}**\n| PkgName | Classification | Path |\n| --- | --- | --- |\n|${pkgName}|${category}|${filePath}|`,
      url: link,
      message: `Artifact: ${target}\nLicense ${name}\nPkgName: ${pkgName}\n Classification: ${category}\n Path: ${filePath}`,
      locations: [{ ...place(path), message: '' }],
    };
  });
}

function general(
  severity: Severity,
  kind: string,
  tag: string,
): Pick<Finding, 'severity' | 'kind' | 'tag' | 'score' | 'cvss'> {
  return { severity, kind, tag, score: scores[severity], cvss: {} };
}

function place(path: string, startLine = 1, endLine = startLine): Place {
  return { path, startLine: Math.max(1, startLine), endLine: Math.max(1, endLine), message: path };
}
