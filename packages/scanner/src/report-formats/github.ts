import { present } from '../lib/json.ts';
import { compareTexts } from '../lib/text-order.ts';
import type { Package, Report, Result } from '../model/index.ts';
import { goJson } from '../report/json.ts';
import { defineReportFormat, type ReportOptions } from '../report-format.ts';

export const reportFormat = defineReportFormat({
  id: 'github',
  doc: "A dependency snapshot for GitHub's dependency submission.",
  isSbom: true,
  *write(report, options) {
    yield `${goJson(snapshot(report, options))}\n`;
  },
});

/** The workflow that runs says which commit the snapshot is of. */
function snapshot(report: Report, { now, env = {} }: ReportOptions): Record<string, unknown> {
  const {
    GITHUB_REF: ref,
    GITHUB_SHA: sha,
    GITHUB_WORKFLOW: workflow,
    GITHUB_JOB: job,
    GITHUB_RUN_ID: run,
  } = env;
  return {
    version: 0,
    detector: { name: 'trivy', version: report.version, url: 'https://github.com/aquasecurity/trivy' },
    ...present({
      metadata: unlessEmpty({
        'aquasecurity:trivy:RepoDigest': list(report.metadata.repoDigests),
        'aquasecurity:trivy:RepoTag': list(report.metadata.repoTags),
      }),
      ref,
      sha,
    }),
    job: { correlator: `${workflow ?? ''}_${job ?? ''}`, ...present({ id: run }) },
    scanned: now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z'),
    ...present({
      manifests: unlessEmpty(
        byName(
          report.results
            .filter(({ packages = [] }) => packages.length > 0)
            .map((result) => [result.target, manifest(report, result)] as const),
        ),
      ),
    }),
  };
}

/** In the order in which Go writes maps. */
function byName(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries([...entries].sort(([a], [b]) => compareTexts(a, b)));
}

/** Its members that are there; undefined when there are none. */
function unlessEmpty(record: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const members = present(record);
  return Object.keys(members).length === 0 ? undefined : members;
}

function list(values: readonly string[] = []): string | undefined {
  return values.length === 0 ? undefined : values.join(', ');
}

function manifest(report: Report, result: Result): Record<string, unknown> {
  const place = report.artifactType === 'container_image' ? imageReference(report) : result.target;
  const packages = result.packages ?? [];
  return {
    name: result.type ?? '',
    ...(result.class === 'lang-pkgs' ? { file: present({ source_location: place || undefined }) } : {}),
    resolved: byName(packages.map((pkg) => [pkg.name, dependency(pkg)] as const)),
  };
}

/** Tags, and the digest of the first of the names that have one. */
function imageReference({ metadata: { repoTags = [], repoDigests = [] } }: Report): string {
  const [, digest] = repoDigests.join(', ').split(/@(.*)/s);
  return `${repoTags.join(', ')}${digest === undefined ? '' : `@${digest}`}`;
}

function dependency(pkg: Package): Record<string, unknown> {
  const { identifier, relationship, dependsOn = [], dev, filePath } = pkg;
  return present({
    package_url: identifier?.purl,
    relationship: relationship === 'indirect' ? 'indirect' : 'direct',
    dependencies: dependsOn.length === 0 ? undefined : dependsOn,
    scope: dev === true ? 'development' : 'runtime',
    metadata: filePath === undefined || filePath === '' ? undefined : { source_location: filePath },
  });
}
