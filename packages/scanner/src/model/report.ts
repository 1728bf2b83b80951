import type { CustomResource } from './analysis.ts';
import type { Bom } from './bom.ts';
import type { DetectedLicense, Misconfiguration, SecretFinding, Vulnerability } from './findings.ts';
import type { OsInfo } from './os.ts';
import type { LayerReference, Package } from './package.ts';

export type ArtifactType = 'container_image' | 'filesystem' | 'repository' | 'vm' | 'cyclonedx' | 'spdx';

export interface LayerMetadata extends LayerReference {
  /** Bytes unpacked. */
  readonly size?: number;
}

export interface ReportMetadata {
  /** Bytes of all layers unpacked. */
  readonly size?: number;
  readonly os?: OsInfo;
  readonly imageId?: string;
  readonly diffIds?: readonly string[];
  readonly repoTags?: readonly string[];
  readonly repoDigests?: readonly string[];
  readonly reference?: string;
  /** The image configuration as it is. */
  readonly imageConfig?: unknown;
  readonly layers?: readonly LayerMetadata[];
  readonly repoUrl?: string;
  readonly branch?: string;
  readonly tags?: readonly string[];
  readonly commit?: string;
  readonly commitMessage?: string;
  readonly author?: string;
  readonly committer?: string;
}

export type ResultClass =
  'os-pkgs' | 'lang-pkgs' | 'config' | 'secret' | 'license' | 'license-file' | 'custom';

/** A finding that is not shown, and why. */
export interface SuppressedFinding {
  readonly type: 'vulnerability' | 'misconfiguration' | 'secret' | 'license';
  readonly status: 'ignored' | 'not_affected' | 'fixed' | 'unknown' | 'affected' | 'under_investigation';
  readonly statement?: string;
  /** File or document that says so. */
  readonly source: string;
  readonly finding: Vulnerability | Misconfiguration | SecretFinding | DetectedLicense;
}

/** How many checks a target passed and failed. */
export interface MisconfigurationSummary {
  readonly successes: number;
  readonly failures: number;
}

/** Findings of one target: the OS packages, a lock file, a file with secrets … */
export interface Result {
  readonly target: string;
  readonly class: ResultClass;
  readonly type?: string;
  readonly packages?: readonly Package[];
  readonly vulnerabilities?: readonly Vulnerability[];
  readonly misconfigurationSummary?: MisconfigurationSummary;
  readonly misconfigurations?: readonly Misconfiguration[];
  readonly secrets?: readonly SecretFinding[];
  readonly licenses?: readonly DetectedLicense[];
  readonly customResources?: readonly CustomResource[];
  readonly suppressed?: readonly SuppressedFinding[];
}

/** Everything that a scan says; report formats print it. */
export interface Report {
  /** Of the program that made it. */
  readonly version: string;
  readonly reportId?: string;
  readonly createdAt: Date;
  readonly artifactId?: string;
  readonly artifactName: string;
  readonly artifactType: ArtifactType;
  readonly metadata: ReportMetadata;
  readonly results: readonly Result[];
  /** True when there was no database to look vulnerabilities up in: none found then does not mean that none are there. */
  readonly withoutDatabase?: boolean;
  /** True when vulnerabilities were not asked for. */
  readonly withoutVulnerabilities?: boolean;
  /** The bill of materials that was scanned, where the artifact is one. */
  readonly bom?: Bom;
}
