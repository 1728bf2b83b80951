import type { SeededRandom } from './seeded-random.ts';
import {
  type Finding,
  findingChangeKinds,
  type FindingQuery,
  type ScannedArtifact,
} from '../store/finding-store.ts';

export const base: Finding = {
  kind: 'vulnerability',
  id: 'CVE-2024-1',
  package: 'pkg:deb/debian/openssl@3',
  packageName: 'openssl',
  installedVersion: '3',
  fixedVersion: '',
  severity: 'HIGH',
  title: 'Überlauf in OpenSSL',
  epss: null,
  kev: false,
  details: { cvss: 7.5 },
};

export function artifactOf(key: string): ScannedArtifact {
  return {
    key,
    kind: 'image',
    names: [`example.org/${key}:1`],
    system: 'debian 12',
    packages: 3,
    notes: ['n'],
  };
}

export function randomFindings(random: SeededRandom): Finding[] {
  return Array.from({ length: random.below(12) }, () => {
    const packageName = random.pick(['openssl', 'zlib', 'größe']);
    return {
      ...base,
      kind: random.pick(['vulnerability', 'secret', 'update'] as const),
      id: `CVE-2024-${random.below(8)}`,
      package: `pkg:deb/debian/${packageName}`,
      packageName,
      fixedVersion: random.pick(['', '2']),
      severity: random.pick(['CRITICAL', 'HIGH', 'LOW', 'UNKNOWN'] as const),
      epss: random.pick([null, 0.1, 0.9]),
      kev: random.below(4) === 0,
    };
  });
}

export function randomQuery(random: SeededRandom): FindingQuery {
  return {
    ...(random.below(3) === 0 ? { artifacts: [random.pick(['a', 'b', 'none'])] } : {}),
    ...(random.below(3) === 0 ? { kinds: ['vulnerability' as const] } : {}),
    ...(random.below(3) === 0 ? { severities: ['HIGH' as const, 'LOW' as const] } : {}),
    ...(random.below(4) === 0 ? { ids: ['CVE-2024-3', 'CVE-2024-4'] } : {}),
    ...(random.below(4) === 0 ? { packageNames: ['größe'] } : {}),
    ...(random.below(4) === 0 ? { minEpss: 0.5 } : {}),
    ...(random.below(4) === 0 ? { accepted: random.below(2) === 0 } : {}),
    ...(random.below(4) === 0
      ? { change: { kind: random.pick(findingChangeKinds), sinceMs: random.below(60) } }
      : {}),
    ...(random.below(4) === 0 ? { fixable: random.below(2) === 0 } : {}),
    ...(random.below(4) === 0 ? { kev: true } : {}),
    ...(random.below(2) === 0 ? { asOfMs: random.below(90) } : {}),
    ...(random.below(2) === 0 ? { includeFixed: true } : {}),
    ...(random.below(4) === 0
      ? { text: random.pick(['GRÖSSE', 'cve-2024', 'ORG/A', '%', '_', 'überlauf']) }
      : {}),
  };
}
