import { AppError, type Log } from '@lanner/core';
import { createHash } from 'node:crypto';
import type { AdvisoryDatabase } from '../db/advisory-database.ts';
import { present } from '../lib/json.ts';
import type { Severity, Vulnerability, VulnerabilityDetail } from '../model/index.ts';

export interface EnrichOptions {
  readonly database: AdvisoryDatabase;
  /** Whose severity is shown, in order; `auto` chooses by where the advisory comes from. */
  readonly severitySources: readonly string[];
  readonly log: Log;
}

/** Pages of vendors, where a vulnerability has none of its own. */
const vendorPages: Readonly<Record<string, readonly string[]>> = {
  debian: ['http://www.debian.org', 'https://www.debian.org'],
  ubuntu: ['http://www.ubuntu.com', 'https://usn.ubuntu.com'],
  redhat: ['https://access.redhat.com'],
  'suse-cvrf': ['http://lists.opensuse.org', 'https://lists.opensuse.org'],
  'oracle-oval': ['http://linux.oracle.com/errata', 'https://linux.oracle.com/errata'],
  'nodejs-security-wg': ['https://www.npmjs.com', 'https://hackerone.com'],
  'ruby-advisory-db': ['https://groups.google.com'],
};

/** Adds status, details, severity and a link to vulnerabilities. Throws AppError 'database.format'. */
export function enrich(vulnerabilities: readonly Vulnerability[], options: EnrichOptions): Vulnerability[] {
  return vulnerabilities.map((vulnerability) => enrichOne(vulnerability, options));
}

function enrichOne(
  vulnerability: Vulnerability,
  { database, severitySources, log }: EnrichOptions,
): Vulnerability {
  const status = vulnerability.fixedVersion === undefined ? (vulnerability.status ?? 'affected') : 'fixed';
  const detail = detailOf(vulnerability.vulnerabilityId, database, log);
  const threat = database.threat(vulnerability.vulnerabilityId) ?? undefined;
  if (detail === null) {
    return present({ ...vulnerability, status, severity: vulnerability.severity ?? 'UNKNOWN', threat });
  }
  const { dataSource, custom = detail.custom } = vulnerability;
  const chosen = packageSeverity(vulnerability) ?? chooseSeverity(vulnerability, detail, severitySources);
  const isOwn = vulnerability.severitySource !== undefined;
  return {
    ...vulnerability,
    ...detail,
    ...present({
      status,
      severity: chosen.severity,
      severitySource: chosen.source,
      custom,
      vendorSeverity:
        isOwn && chosen.source !== undefined
          ? { ...detail.vendorSeverity, [chosen.source]: chosen.severity }
          : detail.vendorSeverity,
      threat,
      primaryUrl: primaryUrl(vulnerability.vulnerabilityId, detail.references, dataSource?.id),
    }),
  };
}

/** A damaged record costs its details, not the finding. */
function detailOf(id: string, database: AdvisoryDatabase, log: Log): VulnerabilityDetail | null {
  try {
    const detail = database.detail(id);
    if (detail === null) {
      log.debug('no details of a vulnerability', { id });
    }
    return detail;
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    log.warn('details of a vulnerability are damaged', { id });
    return null;
  }
}

interface ChosenSeverity {
  readonly severity: Severity;
  readonly source?: string;
}

/** What the vendor says of the vulnerability in this very package. */
function packageSeverity({ severity, severitySource }: Vulnerability): ChosenSeverity | null {
  return severitySource === undefined ? null : { severity: severity ?? 'UNKNOWN', source: severitySource };
}

function chooseSeverity(
  vulnerability: Vulnerability,
  detail: VulnerabilityDetail,
  sources: readonly string[],
): ChosenSeverity {
  for (const source of sources) {
    if (source === 'auto') {
      return automaticSeverity(vulnerability, detail);
    }
    const severity = detail.vendorSeverity?.[source];
    if (severity !== undefined) {
      return { severity, source };
    }
  }
  return { severity: 'UNKNOWN' };
}

/** Of the data source (or the distribution that it builds on), of GitHub for its own ids, of NVD, of anyone. */
function automaticSeverity(
  { vulnerabilityId, dataSource }: Vulnerability,
  { vendorSeverity = {}, severity }: VulnerabilityDetail,
): ChosenSeverity {
  const own = dataSource?.baseId ?? dataSource?.id ?? '';
  const ofOwn = vendorSeverity[own];
  if (ofOwn !== undefined) {
    return { severity: ofOwn, source: own };
  }
  for (const source of vulnerabilityId.startsWith('GHSA-') ? ['ghsa', 'nvd'] : ['nvd']) {
    const found = vendorSeverity[source];
    if (found !== undefined) {
      // Nothing is said by a source that does not know.
      return found === 'UNKNOWN' ? { severity: severity ?? 'UNKNOWN' } : { severity: found, source };
    }
  }
  return { severity: severity ?? 'UNKNOWN' };
}

function primaryUrl(id: string, references: readonly string[] = [], source = ''): string | undefined {
  if (id.startsWith('CVE-')) {
    return `https://avd.aquasec.com/nvd/${id.toLowerCase()}`;
  }
  if (id.startsWith('RUSTSEC-')) {
    return `https://osv.dev/vulnerability/${id}`;
  }
  if (id.startsWith('GHSA-')) {
    return `https://github.com/advisories/${id}`;
  }
  if (id.startsWith('TEMP-')) {
    return `https://security-tracker.debian.org/tracker/${id}`;
  }
  for (const page of Object.hasOwn(vendorPages, source) ? (vendorPages[source] ?? []) : []) {
    const reference = references.find((candidate) => candidate.startsWith(page));
    if (reference !== undefined) {
      return reference;
    }
  }
  return undefined;
}

/** What stays the same for a finding between scans: hash of artifact, target, package and vulnerability. */
export function fingerprint(
  artifactId: string,
  target: string,
  { pkgId = '', vulnerabilityId }: Vulnerability,
): string {
  const text = `${artifactId}:${target}:${pkgId}:${vulnerabilityId}`;
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
