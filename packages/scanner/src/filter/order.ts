import { type Misconfiguration, type Severity, severityRank, type Vulnerability } from '../model/index.ts';
import { compareTexts } from '../lib/text-order.ts';

/** Drops what says the same of the same package; the one that knows a later fix stays. */
export function withoutDuplicates(vulnerabilities: readonly Vulnerability[]): Vulnerability[] {
  const unique = new Map<string, Vulnerability>();
  for (const vulnerability of vulnerabilities) {
    const { vulnerabilityId, pkgId, pkgName, installedVersion, pkgPath } = vulnerability;
    const key = JSON.stringify([vulnerabilityId, pkgId, pkgName, installedVersion, pkgPath]);
    const other = unique.get(key);
    if (other === undefined || (vulnerability.fixedVersion ?? '') > (other.fixedVersion ?? '')) {
      unique.set(key, vulnerability);
    }
  }
  return [...unique.values()];
}

/** By package, then the worst first. */
export function compareVulnerabilities(a: Vulnerability, b: Vulnerability): number {
  return (
    compareTexts(a.pkgName, b.pkgName) ||
    compareTexts(a.pkgId, b.pkgId) ||
    compareTexts(a.installedVersion, b.installedVersion) ||
    worstFirst(a, b) ||
    compareTexts(a.vulnerabilityId, b.vulnerabilityId) ||
    compareTexts(a.pkgPath, b.pkgPath)
  );
}

export function compareMisconfigurations(a: Misconfiguration, b: Misconfiguration): number {
  return compareTexts(a.id, b.id) || worstFirst(a, b);
}

function worstFirst(a: { readonly severity?: Severity }, b: { readonly severity?: Severity }): number {
  return severityRank(b.severity ?? 'UNKNOWN') - severityRank(a.severity ?? 'UNKNOWN');
}
