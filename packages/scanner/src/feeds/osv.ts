import { AppError } from '@lanner/core';
import { type OsvPlace, osvPlace } from '../db/build/buckets.ts';
import { cvss3Score } from '../db/build/cvss.ts';
import { cvss4Score } from '../db/build/cvss4.ts';
import { severityNumber, type SourceDetail } from '../db/build/details.ts';
import { memberOf, osvRanges, osvVectors, rangeText, type VersionRange } from '../db/build/ranges.ts';
import type { AdvisoryRecord, AdvisorySink } from '../db/build/sink.ts';
import { defineFeed } from '../feed.ts';
import { isObject, type JsonObject, objectsOf, present, textOf, textsOf } from '../lib/json.ts';
import { schemeById } from '../lib/os-findings.ts';
import type { DataSource } from '../model/index.ts';

/** Who publishes a record, by the start of its id. */
const publishers: Readonly<
  Record<string, Omit<DataSource, 'name'> & { readonly name: (ecosystem: string) => string }>
> = {
  GO: { id: 'govulndb', name: () => 'The Go Vulnerability Database', url: 'https://pkg.go.dev/vuln/' },
  GHSA: {
    id: 'ghsa',
    name: (ecosystem) => `GitHub Security Advisory ${ecosystem}`,
    url: 'https://github.com/advisories',
  },
  PYSEC: {
    id: 'osv',
    name: () => 'Python Packaging Advisory Database',
    url: 'https://github.com/pypa/advisory-db',
  },
  RUSTSEC: {
    id: 'osv',
    name: () => 'RustSec Advisory Database',
    url: 'https://github.com/RustSec/advisory-db',
  },
  BIT: {
    id: 'bitnami',
    name: () => 'Bitnami Vulnerability Database',
    url: 'https://github.com/bitnami/vulndb',
  },
  JLSEC: {
    id: 'julia',
    name: () => 'Julia Ecosystem Security Advisories',
    url: 'https://github.com/JuliaLang/SecurityAdvisories.jl',
  },
};

export const feed = defineFeed({
  id: 'osv',
  doc: 'Records of the Open Source Vulnerability format, one a file or several in a list, as JSON or YAML.',
  accepts({ path, document }) {
    if (!/\.(?:json|ya?ml)$/.test(path)) {
      return false;
    }
    const [first] = recordsOf(document());
    return first !== undefined && 'id' in first && ('affected' in first || 'modified' in first);
  },
  read({ path, document }, sink) {
    const records = recordsOf(document());
    for (const record of records) {
      const id = textOf(record['id']);
      if (id === undefined) {
        throw new AppError('advisory.invalid', `a record in ${path} has no id`);
      }
      const reason = importRecord(id, record, sink);
      if (reason === null) {
        sink.imported();
      } else {
        sink.rejected(id, reason);
      }
    }
  },
});

function recordsOf(document: unknown): JsonObject[] {
  return Array.isArray(document) ? objectsOf(document) : isObject(document) ? [document] : [];
}

/** null, or why nothing was imported. */
function importRecord(id: string, record: JsonObject, sink: AdvisorySink): string | null {
  if (textOf(record['withdrawn']) !== undefined) {
    return 'withdrawn';
  }
  const affected = objectsOf(record['affected']);
  if (affected.length === 0) {
    return 'names no affected package';
  }
  const named = [...textsOf(record['aliases']), ...textsOf(record['upstream'])];
  const ids = groupIds(id, named);
  // Advisories of distributions such as AlmaLinux have what they fix among what is related.
  const fixed = groupIds(id, [...named, ...textsOf(record['related'])]);
  const reasons = affected.map((one) => importAffected(id, { ids, fixed }, one, record, sink));
  return reasons.includes(null) ? null : (reasons[0] ?? null);
}

interface Ids {
  /** Those that a finding has. */
  readonly vulnerabilities: readonly string[];
  readonly others: readonly string[];
}

/** A finding has the CVE where there is one; other ids are those of vendors. */
function groupIds(id: string, aliases: readonly string[]): Ids {
  const all = [...new Set([...aliases, id])];
  const cves = all.filter((one) => one.startsWith('CVE-'));
  return cves.length === 0
    ? { vulnerabilities: [id], others: all.filter((one) => one !== id) }
    : { vulnerabilities: cves, others: all.filter((one) => !one.startsWith('CVE-')) };
}

function importAffected(
  id: string,
  of: { readonly ids: Ids; readonly fixed: Ids },
  affected: JsonObject,
  record: JsonObject,
  sink: AdvisorySink,
): string | null {
  const { ecosystem, name } = memberOf(affected, 'package') as { ecosystem?: unknown; name?: unknown };
  const [ecosystemName, packageName] = [textOf(ecosystem), textOf(name)];
  if (ecosystemName === undefined || packageName === undefined) {
    return 'names no package';
  }
  const place = osvPlace(ecosystemName);
  if (place === null) {
    return 'is about an ecosystem that is not matched';
  }
  const ranges = osvRanges(affected);
  const versions = textsOf(affected['versions']);
  if (ranges.length === 0 && versions.length === 0) {
    return 'names no versions';
  }
  const detail = detailOf(record, affected);
  if (place.kind === 'redhat') {
    return importErratum(id, of.fixed.vulnerabilities, packageName, ranges, place.cpes, detail, sink);
  }
  const source = sourceOf(id, place);
  const ids = place.kind === 'distribution' && !hasCve(of.ids) ? of.fixed : of.ids;
  const { bucket, key, record: versionsRecord } = placed(place, source, packageName, ranges, versions);
  for (const vulnerabilityId of ids.vulnerabilities) {
    sink.advisory(bucket, source, key, vulnerabilityId, {
      ...versionsRecord,
      ...(ids.others.length === 0 ? {} : { VendorIDs: ids.others }),
    });
    sink.detail(vulnerabilityId, source.id, detail);
  }
  return null;
}

function hasCve({ vulnerabilities }: Ids): boolean {
  return vulnerabilities.some((one) => one.startsWith('CVE-'));
}

/** null, or why nothing was imported. Errata of Red Hat are kept by package and product. */
function importErratum(
  id: string,
  vulnerabilities: readonly string[],
  packageName: string,
  ranges: readonly VersionRange[],
  cpes: readonly string[],
  detail: SourceDetail,
  sink: AdvisorySink,
): string | null {
  const { to, toIncluded = false } = ranges.at(-1) ?? {};
  if (to === undefined || toIncluded) {
    return 'names no version that is fixed';
  }
  if (to.includes('.module')) {
    return 'does not say which stream of a module it is about';
  }
  const Cves = vulnerabilities
    .filter((one) => one !== id)
    .map((one) => present({ ID: one, Severity: detail.severity }));
  sink.advisory('Red Hat', { id: 'redhat', name: 'Red Hat', url: 'https://osv.dev' }, packageName, id, {
    Entries: [
      {
        FixedVersion: to,
        Cves: Cves.length === 0 ? [present({ Severity: detail.severity })] : Cves,
        Affected: cpes.map((cpe) => sink.product(cpe)),
      },
    ],
  });
  for (const vulnerability of Cves.length === 0 ? [id] : vulnerabilities) {
    sink.detail(vulnerability, 'redhat', detail);
  }
  return null;
}

interface Placed {
  readonly bucket: string;
  readonly key: string;
  readonly record: AdvisoryRecord;
}

function placed(
  place: Exclude<OsvPlace, { readonly kind: 'redhat' }>,
  source: DataSource,
  name: string,
  ranges: readonly VersionRange[],
  versions: readonly string[],
): Placed {
  if (place.kind === 'distribution') {
    return { bucket: place.bucket, key: name, record: distributionRecord(ranges) };
  }
  const { bucket, normalizeName, versions: scheme } = place.ecosystem;
  return {
    bucket: `${bucket}::${source.name}`,
    key: normalizeName(name),
    record: languageRecord(scheme, ranges, versions),
  };
}

/** Distributions say from which version on a release is fixed; the last range is the one that holds. */
function distributionRecord(ranges: readonly VersionRange[]): AdvisoryRecord {
  const { from = '0', to, toIncluded = false } = ranges.at(-1) ?? {};
  return present({
    FixedVersion: toIncluded ? undefined : to,
    AffectedVersion: from === '0' ? undefined : from,
  });
}

function languageRecord(
  schemeId: string,
  ranges: readonly VersionRange[],
  versions: readonly string[],
): AdvisoryRecord {
  const texts = ranges.map(rangeText);
  const scheme = schemeById(schemeId);
  const constraint = texts.length === 0 ? null : scheme.constraint(texts.join(' || '));
  // Versions that a range holds need not be named again.
  const single = versions.filter((version) => {
    const parsed = scheme.parse(version);
    return parsed === null || constraint?.admits(parsed) !== true;
  });
  return present({
    VulnerableVersions: [...texts, ...single.map((version) => `=${version}`)],
    PatchedVersions: nonEmpty(
      ranges.flatMap(({ to, toIncluded = false }) => (to === undefined || toIncluded ? [] : [to])),
    ),
  });
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function sourceOf(id: string, place: Exclude<OsvPlace, { readonly kind: 'redhat' }>): DataSource {
  if (place.kind === 'distribution') {
    const [family = ''] = place.bucket.split(' ', 1);
    return { id: family.toLowerCase(), name: `${family} in OSV`, url: 'https://osv.dev' };
  }
  const prefix = id.slice(0, id.indexOf('-'));
  const publisher = Object.hasOwn(publishers, prefix) ? publishers[prefix] : undefined;
  return publisher === undefined
    ? { id: 'osv', name: 'Open Source Vulnerability', url: 'https://osv.dev' }
    : { id: publisher.id, name: publisher.name(place.ecosystem.osv ?? ''), url: publisher.url };
}

/** Ubuntu gives its priority in place of a score; what is negligible is low elsewhere. */
function ubuntuPriority(record: JsonObject): number | undefined {
  const priority = objectsOf(record['severity']).find(({ type }) => type === 'Ubuntu')?.['score'];
  return severityNumber(priority === 'negligible' ? 'low' : textOf(priority));
}

function detailOf(record: JsonObject, affected: JsonObject): SourceDetail {
  const vectors = new Map([...osvVectors(record), ...osvVectors(affected)]);
  const v3 = vectors.get('CVSS_V3');
  const v4 = vectors.get('CVSS_V4');
  const specific = memberOf(record, 'database_specific');
  const page = textOf(specific['url']);
  return present({
    title: textOf(record['summary']),
    description: textOf(record['details']),
    severity: severityNumber(textOf(specific['severity'])) ?? ubuntuPriority(record),
    cvssVectorV3: v3,
    cvssScoreV3: v3 === undefined ? undefined : (cvss3Score(v3) ?? undefined),
    cvssVectorV40: v4,
    cvssScoreV40: v4 === undefined ? undefined : (cvss4Score(v4) ?? undefined),
    cweIds: nonEmpty(textsOf(specific['cwe_ids'])),
    references: nonEmpty([
      ...objectsOf(record['references']).flatMap(({ url }) => textOf(url) ?? []),
      ...(page === undefined ? [] : [page]),
    ]),
    publishedDate: textOf(record['published']),
    lastModifiedDate: textOf(record['modified']),
  });
}
