/** From harmless to dangerous; the index is the number in trivy-db. */
export const severities = ['UNKNOWN', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type Severity = (typeof severities)[number];

/** The rank of a severity, 0 UNKNOWN … 4 CRITICAL. */
export function severityRank(severity: Severity): number {
  return severities.indexOf(severity);
}
