import type { Finding, ScannedArtifact } from '../store/finding-store.ts';
import { SeededRandom } from './seeded-random.ts';

export interface ScanGeneratorOptions {
  /** Default 1: the same seed gives the same scans. */
  readonly seed?: number;
  /** Default 100. */
  readonly images?: number;
  /** Of all images together; default 20,000. */
  readonly findings?: number;
}

export interface GeneratedScan {
  readonly artifact: ScannedArtifact;
  readonly findings: readonly Finding[];
}

const severities = ['MEDIUM', 'LOW', 'HIGH', 'UNKNOWN', 'CRITICAL'] as const;
const libraries = [
  'openssl',
  'glibc',
  'zlib',
  'curl',
  'krb5',
  'systemd',
  'perl',
  'python3',
  'sqlite',
  'libxml2',
];
const parts = ['core', 'common', 'dev', 'tools', 'bin', 'data', 'net', 'client', 'modules', 'extra'];
const weaknesses = [
  'out-of-bounds read when a certificate is parsed',
  'use after free in the handling of sessions',
  'integer overflow leads to a heap overflow',
  'denial of service by deeply nested input',
  'Überlauf eines Puffers bei langen Namen',
];

/**
 * Scans of images, the same for the same seed: a few images have most findings, most vulnerabilities are in many images,
 * two of three are fixed somewhere, and some findings are secrets and misconfigurations.
 */
export function* scanGenerator(options: ScanGeneratorOptions = {}): Generator<GeneratedScan> {
  const { seed = 1, images = 100, findings = 20_000 } = options;
  const random = new SeededRandom(seed);
  const known = Array.from({ length: Math.ceil(findings / 5) }, (_, index) => vulnerability(random, index));
  const shares = sharesOf(images, findings);
  for (const [image, share] of shares.entries()) {
    const found = new Map<string, Finding>();
    while (found.size < share) {
      const finding = random.below(40) === 0 ? otherFinding(random, found.size) : random.pick(known);
      found.set(`${finding.id} ${finding.package}`, finding);
    }
    yield { artifact: artifactOf(random, image), findings: [...found.values()] };
  }
}

/** Parts of a whole that go down from image to image, at least one each; together they are the whole. */
function sharesOf(images: number, findings: number): readonly number[] {
  const weights = Array.from({ length: images }, (_, index) => 1 / (index + 10));
  let weight = 0;
  for (const each of weights) {
    weight += each;
  }
  const shares = weights.map((each) => Math.max(1, Math.floor((findings * each) / weight)));
  let left = findings;
  for (const share of shares) {
    left -= share;
  }
  shares[0] = Math.max(1, (shares[0] ?? 0) + left);
  return shares;
}

function vulnerability(random: SeededRandom, index: number): Finding {
  const name = `${random.pick(libraries)}-${random.pick(parts)}${random.below(4) === 0 ? random.below(30) : ''}`;
  const installed = `${random.below(9)}.${random.below(30)}.${random.below(20)}-${1 + random.below(6)}`;
  const isFixed = random.below(3) > 0;
  const score = (10 + random.below(90)) / 10;
  return {
    kind: 'vulnerability',
    id: `CVE-${2015 + random.below(11)}-${10_000 + index}`,
    package: `pkg:deb/debian/${name}@${installed}?arch=amd64&distro=debian-12`,
    packageName: name,
    installedVersion: installed,
    fixedVersion: isFixed ? `${installed}+deb12u${1 + random.below(5)}` : '',
    severity: severities[random.zipf(severities.length)] ?? 'LOW',
    title: `${name}: ${random.pick(weaknesses)}`,
    epss: random.below(5) === 0 ? null : Math.round(random.fraction() ** 8 * 1e5) / 1e5,
    kev: random.below(200) === 0,
    details: { cvss: score, url: `https://example.org/CVE/${index}`, source: 'debian' },
  };
}

function otherFinding(random: SeededRandom, index: number): Finding {
  const kind = random.pick(['secret', 'misconfiguration'] as const);
  return {
    kind,
    id: kind === 'secret' ? 'private-key' : 'image-user-root',
    package: `/srv/${random.base36(8)}/config-${index}.yaml:${1 + random.below(90)}`,
    packageName: '',
    installedVersion: '',
    fixedVersion: '',
    severity: 'HIGH',
    title: kind === 'secret' ? 'A private key lies in the image' : 'The image runs as root',
    epss: null,
    kev: false,
    details: {},
  };
}

function artifactOf(random: SeededRandom, image: number): ScannedArtifact {
  const name = `registry.example.org/${random.pick(['shop', 'data', 'platform'])}/app-${image}`;
  return {
    key: `sha256:${random.hex(64)}`,
    kind: 'image',
    names: [
      `${name}:${random.below(5)}.${random.below(20)}.${random.below(9)}`,
      `${name}@sha256:${random.hex(64)}`,
    ],
    system: `debian ${11 + random.below(3)}.${random.below(9)}`,
    packages: 80 + random.below(400),
    notes: [],
  };
}
