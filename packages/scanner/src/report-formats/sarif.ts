import { baseName } from '../lib/path.ts';
import { present } from '../lib/json.ts';
import type { Report, Result, Severity, Vulnerability } from '../model/index.ts';
import { goJson } from '../report/json.ts';
import { defineReportFormat } from '../report-format.ts';

export const reportFormat = defineReportFormat({
  id: 'sarif',
  doc: 'SARIF 2.1.0, for code scanning services and editors.',
  isSbom: false,
  *write(report) {
    yield `${goJson(new SarifWriter(report).log())}\n`;
  },
});

interface Finding {
  readonly ruleId: string;
  readonly kind: string;
  readonly severity: Severity;
  /** `security-severity` of code scanning: 0.0 … 10.0 */
  readonly score: string;
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
      this.#add(vulnerabilityFindings(report, result));
      this.#add(otherFindings(result));
    }
  }

  log(): Record<string, unknown> {
    const { version, artifactName, artifactType, metadata } = this.#report;
    return {
      version: '2.1.0',
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
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
          originalUriBaseIds: { ROOTPATH: { uri: rootUri(this.#report) } },
          properties:
            artifactType === 'container_image'
              ? {
                  imageID: metadata.imageId ?? '',
                  imageName: artifactName,
                  repoDigests: metadata.repoDigests ?? [],
                  repoTags: metadata.repoTags ?? [],
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

  #rule(finding: Finding): number {
    const known = this.#indexes.get(finding.ruleId);
    if (known !== undefined) {
      return known;
    }
    this.#indexes.set(finding.ruleId, this.#rules.length);
    this.#rules.push(
      present({
        id: finding.ruleId,
        name: finding.kind,
        shortDescription: { text: finding.title },
        fullDescription: { text: finding.description },
        defaultConfiguration: { level: levelOf(finding.severity) },
        helpUri: finding.url,
        help: { text: finding.help, markdown: finding.helpMarkdown },
        properties: {
          precision: 'very-high',
          'security-severity': finding.score,
          tags: [finding.tag, 'security', finding.severity],
        },
      }),
    );
    return this.#rules.length - 1;
  }
}

function rootUri({ artifactType, artifactName }: Report): string {
  if (artifactType !== 'filesystem' && artifactType !== 'repository') {
    return 'file:///';
  }
  return artifactName.startsWith('/')
    ? `file://${encodePath(artifactName.replace(/\/*$/, '/'))}`
    : 'file:///';
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

function encodePath(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll('%3A', ':').replaceAll('%40', '@'))
    .join('/');
}

/** Images have no files of a checkout: their name stands for the path. */
function targetPath(
  { artifactType, artifactName, metadata }: Report,
  { target, class: kind }: Result,
): string {
  if (artifactType === 'container_image' && kind === 'os-pkgs') {
    const [digest] = metadata.repoDigests ?? [];
    const name = digest === undefined ? artifactName : digest.slice(0, digest.indexOf('@'));
    return name.replace(/:[^:/]*$/, '');
  }
  return target.replace(/^\//, '');
}

function vulnerabilityFindings(report: Report, result: Result): Finding[] {
  const isOs = result.class === 'os-pkgs';
  return (result.vulnerabilities ?? []).map((found) => {
    const path = found.pkgPath ?? targetPath(report, result);
    const { fixedVersion = '', severity = 'UNKNOWN', primaryUrl = '' } = found;
    const link = `[${found.vulnerabilityId}](${primaryUrl})`;
    return {
      ruleId: found.vulnerabilityId,
      kind: isOs ? 'OsPackageVulnerability' : 'LanguageSpecificPackageVulnerability',
      severity,
      score: scoreOf(found),
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
  const pkg = result.packages?.find(({ id, name }) => (found.pkgId ?? found.pkgName) === (id ?? name));
  const message = `${path}: ${found.pkgName}@${found.installedVersion}`;
  const lines = pkg?.locations ?? [];
  return lines.length === 0
    ? [{ path, startLine: 1, endLine: 1, message }]
    : lines.map(({ startLine, endLine }) => ({ path, startLine, endLine, message }));
}

/** The CVSS score of the source of the severity, or what stands for the severity. */
function scoreOf({ severity = 'UNKNOWN', severitySource, cvss = {} }: Vulnerability): string {
  for (const source of [severitySource, 'nvd']) {
    const score = source === undefined ? undefined : cvss[source]?.v3Score;
    if (score !== undefined && score > 0) {
      return score.toFixed(1);
    }
  }
  return scores[severity];
}

function otherFindings(result: Result): Finding[] {
  const path = result.target.replace(/^\//, '');
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

function secretFindings({ secrets = [] }: Result, path: string): Finding[] {
  return secrets.map((found) => ({
    ...general(found.severity, 'Secret', 'secret'),
    ruleId: found.ruleId,
    title: found.title,
    description: found.match,
    help: `Secret ${found.title}\nSeverity: ${found.severity}\nMatch: ${found.match}`,
    helpMarkdown: `**Secret ${found.title}**\n| Severity | Match |\n| --- | --- |\n|${found.severity}|${found.match}|`,
    url: undefined,
    message: `Artifact: ${path}\nType: ${found.category}\nSecret ${found.title}\nSeverity: ${found.severity}\nMatch: ${found.match}`,
    locations: [place(path, found.startLine, found.endLine)],
  }));
}

function licenseFindings({ licenses = [] }: Result, path: string): Finding[] {
  return licenses.map((found) => {
    const where = found.filePath ?? path;
    const text = `License: ${found.name}\nPkgName: ${found.pkgName ?? ''}\nClassification: ${found.category}\nPath: ${where}`;
    return {
      ...general(found.severity, 'License', 'license'),
      ruleId: `${found.pkgName ?? baseName(where)}:${found.name}`,
      title: `${found.name} (${found.category})`,
      description: `${found.pkgName ?? where}:${found.name}`,
      help: text,
      helpMarkdown: `**License ${found.name}**\n| PkgName | Classification | Path |\n| --- | --- | --- |\n|${found.pkgName ?? ''}|${found.category}|${where}|`,
      url: found.link,
      message: `Artifact: ${where}\n${text}`,
      locations: [place(where)],
    };
  });
}

function general(
  severity: Severity,
  kind: string,
  tag: string,
): Pick<Finding, 'severity' | 'kind' | 'tag' | 'score'> {
  return { severity, kind, tag, score: scores[severity] };
}

function place(path: string, startLine = 1, endLine = startLine): Place {
  return { path, startLine: Math.max(1, startLine), endLine: Math.max(1, endLine), message: path };
}
