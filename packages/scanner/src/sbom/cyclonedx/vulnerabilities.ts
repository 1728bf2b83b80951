import { listOrNone, present } from '../../lib/json.ts';
import type { Cvss, Report, Severity, Vulnerability } from '../../model/index.ts';
import { compareTexts } from '../../lib/text-order.ts';

/** A vulnerability with the components that have it. */
export type CdxVulnerability = Readonly<Record<string, unknown>>;

interface Rating {
  readonly source: { readonly name: string };
  readonly score?: number;
  readonly severity: string;
  readonly method?: string;
  readonly vector?: string;
}

interface Found {
  readonly vulnerability: Vulnerability;
  readonly affects: Map<string, Set<string>>;
  readonly recommendations: Set<string>;
}

/** The vulnerabilities of a report, each once. `refOf` gives the reference of the component of a vulnerable package. */
export function cdxVulnerabilities(
  report: Report,
  refOf: (resultIndex: number, vulnerability: Vulnerability) => string | undefined,
): CdxVulnerability[] {
  const byId = new Map<string, Found>();
  report.results.forEach(({ vulnerabilities = [] }, i) => {
    for (const vulnerability of vulnerabilities) {
      const ref = refOf(i, vulnerability);
      if (ref !== undefined) {
        note(byId, vulnerability, ref);
      }
    }
  });
  return [...byId.values()]
    .sort((a, b) => compareTexts(a.vulnerability.vulnerabilityId, b.vulnerability.vulnerabilityId))
    .map(vulnerabilityJson);
}

function note(byId: Map<string, Found>, vulnerability: Vulnerability, ref: string): void {
  let found = byId.get(vulnerability.vulnerabilityId);
  if (found === undefined) {
    found = { vulnerability, affects: new Map(), recommendations: new Set() };
    byId.set(vulnerability.vulnerabilityId, found);
  }
  const versions = found.affects.get(ref) ?? new Set();
  versions.add(vulnerability.installedVersion);
  found.affects.set(ref, versions);
  if (vulnerability.fixedVersion !== undefined) {
    found.recommendations.add(`Upgrade ${vulnerability.pkgName} to version ${vulnerability.fixedVersion}`);
  }
}

function vulnerabilityJson({ vulnerability, affects, recommendations }: Found): CdxVulnerability {
  const { dataSource, description, primaryUrl, references = [] } = vulnerability;
  const advisories = unique([primaryUrl ?? '', ...references].flatMap(addressIn));
  return present({
    id: vulnerability.vulnerabilityId,
    source: dataSource && present({ name: dataSource.id || undefined, url: dataSource.url || undefined }),
    ratings: ratingsOf(vulnerability),
    cwes: listOrNone(cweNumbers(vulnerability.cweIds)),
    description,
    recommendation: recommendations.size === 0 ? undefined : [...recommendations].join('; '),
    advisories: listOrNone(advisories.map((url) => ({ url }))),
    published: cdxTime(vulnerability.publishedDate),
    updated: cdxTime(vulnerability.lastModifiedDate),
    affects: [...affects]
      .sort(([a], [b]) => compareTexts(a, b))
      .map(([ref, versions]) => ({
        ref,
        versions: [...versions].map((version) => ({ version, status: 'affected' })),
      })),
  });
}

/** Severities by source, with the scores of those that have some. */
function ratingsOf({ vendorSeverity = {}, cvss = {} }: Vulnerability): Rating[] {
  const ratings = Object.entries(vendorSeverity).flatMap(([source, severity]) => {
    const scores = cvss[source];
    const rated = scores === undefined ? [] : scored(source, severity, scores);
    return scores === undefined ? [{ source: { name: source }, severity: severityName(severity) }] : rated;
  });
  return ratings.sort(
    (a: Rating, b: Rating) =>
      compareTexts(a.source.name, b.source.name) ||
      compareTexts(a.method ?? '', b.method ?? '') ||
      (a.score ?? 0) - (b.score ?? 0) ||
      compareTexts(a.vector ?? '', b.vector ?? ''),
  );
}

function scored(source: string, severity: Severity, cvss: Cvss): Rating[] {
  const name = severityName(severity);
  const rows: readonly (readonly [number | undefined, string | undefined, string, string])[] = [
    // What NVD says of severity is of version 3; that of version 2 follows from the score.
    [cvss.v2Score, cvss.v2Vector, 'CVSSv2', source === 'nvd' ? severityOfV2(cvss.v2Score ?? 0) : name],
    [
      cvss.v3Score,
      cvss.v3Vector,
      cvss.v3Vector?.startsWith('CVSS:3.1') === true ? 'CVSSv31' : 'CVSSv3',
      name,
    ],
    [cvss.v40Score, cvss.v40Vector, 'CVSSv4', name],
  ];
  return rows.flatMap(([score, vector, method, rated]) =>
    score === undefined && vector === undefined
      ? []
      : { source: { name: source }, ...present({ score }), severity: rated, method, ...present({ vector }) },
  );
}

function severityOfV2(score: number): string {
  return score < 4 ? 'info' : score < 7 ? 'medium' : 'high';
}

function severityName(severity: Severity): string {
  return severity.toLowerCase();
}

function cweNumbers(ids: readonly string[] = []): number[] {
  return ids.flatMap((id) => {
    const number = /^CWE-(\d{1,9})/i.exec(id)?.[1];
    return number === undefined ? [] : Number(number);
  });
}

/** The address in a reference, which may have words around it. */
function addressIn(reference: string): string[] {
  const address = /https?:\/\/\S+/.exec(reference)?.[0];
  return address === undefined ? [] : [address];
}

/** Seconds and an offset, as the library that Trivy uses writes times. */
function cdxTime(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace(/\.\d+Z$/, '+00:00');
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
