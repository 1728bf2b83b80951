import type { Finding } from '../store/finding-store.ts';

/** A vulnerability as any. */
export const sampleFinding: Finding = {
  kind: 'vulnerability',
  id: 'CVE-2026-1',
  package: 'pkg:deb/debian/openssl@3',
  packageName: 'openssl',
  installedVersion: '3',
  fixedVersion: '3.1',
  severity: 'HIGH',
  title: 'a title',
  epss: 0.2,
  kev: false,
  details: { cvss: 7.5 },
};
