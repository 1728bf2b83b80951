import { AppError } from '@lanner/core';
import { placeOfUrl } from '../../lib/url-place.ts';
import type { DataSource } from '../../model/index.ts';
import type { AdvisoryRecord, AdvisorySink } from './sink.ts';

/** What a VEX document says of a product. */
export type ProductStatus = 'affected' | 'fixed' | 'other';

/** Statements on one vulnerability, about packages by their package URLs. */
export interface ProductStatements {
  readonly vulnerabilityId: string;
  readonly source: DataSource;
  readonly products: readonly { readonly url: string; readonly status: ProductStatus }[];
}

/**
 * Imports what such statements say of versions: an affected one is vulnerable, a fixed one ends the vulnerability of a
 * distribution's package. Gives null, or why nothing was imported.
 */
export function importStatements(
  { vulnerabilityId, source, products }: ProductStatements,
  sink: AdvisorySink,
): string | null {
  const reasons = products.map(({ url, status }) =>
    status === 'other'
      ? 'says what is not affected or not known yet: give it to a scan with --vex'
      : importProduct(url, status, vulnerabilityId, source, sink),
  );
  return reasons.includes(null) ? null : (reasons[0] ?? 'names no package URL');
}

function importProduct(
  url: string,
  status: 'affected' | 'fixed',
  vulnerabilityId: string,
  source: DataSource,
  sink: AdvisorySink,
): string | null {
  const place = placeOrReason(url);
  if (typeof place === 'string') {
    return place;
  }
  const { bucket, isDistribution, name, version } = place;
  const record = isDistribution ? distributionRecord(status, version) : languageRecord(status, version);
  if (record === null) {
    return 'says that a version is fixed without saying which are affected';
  }
  sink.advisory(isDistribution ? bucket : `${bucket}${source.name}`, source, name, vulnerabilityId, record);
  return null;
}

function placeOrReason(url: string): Exclude<ReturnType<typeof placeOfUrl>, null> | string {
  try {
    return placeOfUrl(url) ?? 'is about packages that are not matched';
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    return 'names a package URL that cannot be read';
  }
}

function distributionRecord(
  status: 'affected' | 'fixed',
  version: string | undefined,
): AdvisoryRecord | null {
  if (status === 'fixed') {
    return version === undefined ? null : { FixedVersion: version };
  }
  return { Status: 2 };
}

function languageRecord(status: 'affected' | 'fixed', version: string | undefined): AdvisoryRecord | null {
  if (status === 'fixed') {
    return null;
  }
  return { VulnerableVersions: [version === undefined ? '' : `=${version}`] };
}
