import { AppError } from '@lanner/core';
import type { Report, VulnerabilityStatus } from '../model/index.ts';
import { vulnerabilityStatuses } from '../model/index.ts';
import { filterByVex } from '../vex/filter.ts';
import type { VexDocument } from '../vex/statement.ts';
import { filterResult, type ResultFilter } from './filter-result.ts';

export interface FilterOptions extends ResultFilter {
  /** What `openVexSources` gave. */
  readonly vex?: readonly VexDocument[];
  /** `--ignore-policy`: path of a Rego file. */
  readonly ignorePolicy?: string;
}

/** Every status but fixed: what `--ignore-unfixed` leaves out. */
export const unfixedStatuses: ReadonlySet<VulnerabilityStatus> = new Set(
  vulnerabilityStatuses.filter((status) => status !== 'fixed'),
);

/**
 * Takes findings out that are not to be shown and keeps the reason for those that someone decided on; orders the rest.
 * Throws AppError 'usage.invalid' for an ignore policy.
 */
export function filterReport(report: Report, { vex = [], ignorePolicy, ...filter }: FilterOptions): Report {
  if (ignorePolicy !== undefined) {
    throw new AppError('usage.invalid', `ignore policies in Rego cannot be evaluated yet: ${ignorePolicy}`, {
      hint: 'Use .trivyignore.yaml, which knows ids, paths, package URLs and days of expiry.',
    });
  }
  const results = report.results.map((result) => filterResult(result, filter));
  return filterByVex({ ...report, results }, vex);
}

export interface ExitCodeOptions {
  /** `--exit-code` */
  readonly onFindings?: number;
  /** `--exit-on-eol` */
  readonly onEndOfLife?: number;
}

/** The exit code for a filtered report: 0 when nothing that was asked for is left. */
export function exitCodeOf(report: Report, { onFindings = 0, onEndOfLife = 0 }: ExitCodeOptions): number {
  if (onEndOfLife !== 0 && report.metadata.os?.eosl === true) {
    return onEndOfLife;
  }
  const hasFindings = report.results.some(
    ({ vulnerabilities = [], misconfigurations = [], secrets = [], licenses = [] }) =>
      vulnerabilities.length + secrets.length + licenses.length > 0 ||
      misconfigurations.some(({ status }) => status === 'FAIL'),
  );
  return hasFindings ? onFindings : 0;
}
