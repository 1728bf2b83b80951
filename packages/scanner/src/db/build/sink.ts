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
  readonly threat: (vulnerabilityId: string, threat: Threat) => void;
  /** Counts a record of which something was imported. */
  readonly imported: () => void;
  /** Counts a record of which nothing was imported. `reason` is a constant phrase. */
  readonly rejected: (recordId: string, reason: string) => void;
}
