import type { DataSource, Threat } from '../../model/index.ts';
import type { SourceDetail } from './details.ts';

/** What an advisory says about versions, under the names of trivy-db; empty parts are left out. */
export interface AdvisoryRecord {
  readonly FixedVersion?: string;
  readonly AffectedVersion?: string;
  readonly Status?: number;
  readonly Severity?: number;
  readonly VendorIDs?: readonly string[];
  readonly VulnerableVersions?: readonly string[];
  readonly PatchedVersions?: readonly string[];
  readonly UnaffectedVersions?: readonly string[];
  /** Red Hat has several things to say under one id. */
  readonly Entries?: readonly RedHatEntry[];
}

/** One version of a package in some products of Red Hat. */
export interface RedHatEntry {
  readonly FixedVersion?: string;
  /** Without `ID` where the key says it. */
  readonly Cves: readonly { readonly ID?: string; readonly Severity?: number }[];
  readonly Arches?: readonly string[];
  readonly Status?: number;
  /** Numbers of products. */
  readonly Affected: readonly number[];
}

/** Where threats are kept; other programs pass over a bucket with this name. */
export const threatBucket = 'lanner threat';

/** Takes what feeds read. */
export interface AdvisorySink {
  /** One vulnerability in one package. `bucket` is a name of trivy-db, such as `debian 12`. */
  readonly advisory: (
    bucket: string,
    source: DataSource,
    packageName: string,
    vulnerabilityId: string,
    record: AdvisoryRecord,
  ) => void;
  /** What a source says of a vulnerability, whatever package has it. */
  readonly detail: (vulnerabilityId: string, sourceId: string, detail: SourceDetail) => void;
  /** The number of a product of Red Hat by its CPE. */
  readonly product: (cpe: string) => number;
  /** The products that packages of a content set belong to. */
  readonly contentSet: (name: string, cpes: readonly string[]) => void;
  readonly threat: (vulnerabilityId: string, threat: Threat) => void;
  /** Counts a record of which something was imported. */
  readonly imported: () => void;
  /** Counts a record of which nothing was imported. `reason` is a constant phrase. */
  readonly rejected: (recordId: string, reason: string) => void;
}
