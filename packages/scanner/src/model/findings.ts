import type { LayerReference, PackageIdentifier } from './package.ts';
import type { Severity } from './severity.ts';

/** A line of a file around a finding. */
export interface CodeLine {
  /** From 1. */
  readonly number: number;
  readonly content: string;
  readonly isCause: boolean;
  readonly annotation: string;
  readonly truncated: boolean;
  readonly highlighted?: string;
  readonly firstCause: boolean;
  readonly lastCause: boolean;
}

/** A secret in a file, censored. */
export interface SecretFinding {
  readonly ruleId: string;
  readonly category: string;
  readonly severity: Severity;
  readonly title: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly code: readonly CodeLine[];
  /** The line with the secret replaced by asterisks. */
  readonly match: string;
  /** Byte offset of the secret in the file. */
  readonly offset?: number;
  readonly layer?: LayerReference;
}

export interface SecretFile {
  readonly filePath: string;
  readonly findings: readonly SecretFinding[];
}

export type LicenseCategory =
  'forbidden' | 'restricted' | 'reciprocal' | 'notice' | 'permissive' | 'unencumbered' | 'unknown';

/** A licence that a file states or is the text of. */
export interface LicenseFileFinding {
  /** SPDX id or the text as written. */
  readonly name: string;
  /** 0 … 1 */
  readonly confidence: number;
  readonly link?: string;
}

export interface LicenseFile {
  readonly type: 'header' | 'license-file' | 'dpkg';
  readonly filePath: string;
  /** For dpkg: the package whose copyright file it is. */
  readonly pkgName?: string;
  readonly findings: readonly LicenseFileFinding[];
  readonly layer?: LayerReference;
}

/** A licence as a report shows it. */
export interface DetectedLicense {
  readonly severity: Severity;
  readonly category: LicenseCategory;
  readonly pkgName?: string;
  readonly filePath?: string;
  readonly name: string;
  readonly text?: string;
  readonly confidence: number;
  readonly link?: string;
}

export const vulnerabilityStatuses = [
  'unknown',
  'not_affected',
  'affected',
  'fixed',
  'under_investigation',
  'will_not_fix',
  'fix_deferred',
  'end_of_life',
] as const;
/** The index is the number in trivy-db. */
export type VulnerabilityStatus = (typeof vulnerabilityStatuses)[number];

export interface Cvss {
  readonly v2Vector?: string;
  readonly v3Vector?: string;
  readonly v40Vector?: string;
  readonly v2Score?: number;
  readonly v3Score?: number;
  readonly v40Score?: number;
}

export interface DataSource {
  /** Empty where a database does not say it. */
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly baseId?: string;
}

/** What a database tells of a vulnerability, whatever package has it. */
export interface VulnerabilityDetail {
  readonly title?: string;
  readonly description?: string;
  readonly severity?: Severity;
  readonly cweIds?: readonly string[];
  readonly vendorSeverity?: Readonly<Record<string, Severity>>;
  readonly cvss?: Readonly<Record<string, Cvss>>;
  readonly references?: readonly string[];
  /** RFC 3339, as the database has it. */
  readonly publishedDate?: string;
  readonly lastModifiedDate?: string;
  readonly custom?: unknown;
}

/** How likely a vulnerability is to be exploited, or that it was. */
export interface Threat {
  /** Of FIRST's EPSS: probability of exploitation within 30 days, 0 … 1. */
  readonly epss?: number;
  /** Share of vulnerabilities with a lower probability, 0 … 1. */
  readonly percentile?: number;
  /** Of CISA's catalogue of known exploited vulnerabilities: the day that it was added. */
  readonly exploitedSince?: string;
  /** Known to be used by ransomware. */
  readonly ransomware?: boolean;
}

/** A vulnerability of one package. */
export interface Vulnerability extends VulnerabilityDetail {
  readonly vulnerabilityId: string;
  readonly vendorIds?: readonly string[];
  readonly pkgId?: string;
  readonly pkgName: string;
  readonly pkgPath?: string;
  readonly pkgIdentifier?: PackageIdentifier;
  readonly installedVersion: string;
  readonly fixedVersion?: string;
  readonly status?: VulnerabilityStatus;
  readonly layer?: LayerReference;
  readonly severitySource?: string;
  readonly primaryUrl?: string;
  readonly dataSource?: DataSource;
  /** `sha256:…` over artifact, target, package and vulnerability. */
  readonly fingerprint?: string;
  /** Only where the database knows: the published one does not, one that was built of EPSS or KEV does. */
  readonly threat?: Threat;
}

/** A configuration that a check finds wrong, or right where those are listed too. */
export interface Misconfiguration {
  /** Kind of the file: `kubernetes`, `dockerfile` … */
  readonly type: string;
  readonly id: string;
  readonly avdId?: string;
  readonly aliases?: readonly string[];
  readonly title: string;
  readonly description?: string;
  readonly message?: string;
  readonly namespace?: string;
  readonly query?: string;
  readonly resolution?: string;
  readonly severity: Severity;
  readonly primaryUrl?: string;
  readonly references?: readonly string[];
  readonly status: 'PASS' | 'FAIL' | 'EXCEPTION';
  readonly layer?: LayerReference;
  readonly cause?: MisconfigurationCause;
  readonly traces?: readonly string[];
}

/** Where in the file the reason for a misconfiguration is. */
export interface MisconfigurationCause {
  readonly resource?: string;
  readonly provider?: string;
  readonly service?: string;
  readonly startLine?: number;
  readonly endLine?: number;
  readonly code?: readonly CodeLine[];
}
