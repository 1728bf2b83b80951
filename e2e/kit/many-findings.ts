import { apiRoutes } from '@lanner/api/http';
import { type Finding, openSqliteStore, type ScannedArtifact } from '@lanner/hub';
import { alertGenerator } from '@lanner/hub/testkit';
import { silentLog } from '@lanner/core';
import { hostileMarkup, hostileValue } from './hostile-answers.ts';

const day = 86_400_000;
const each = 200;
const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'] as const;

/** What tells the first hostile finding of the hostile image. */
export const hostileKey: string = JSON.stringify([
  'vulnerability',
  `${hostileMarkup} .finding.id`,
  'sha256:evil',
  `${hostileMarkup} .finding.package`,
]);

/**
 * Two hundred findings in each image, usually twenty thousand in a hundred: found a month ago, some fixed since, some back, some new this week, and an
 * image whose every text is hostile.
 */
export async function recordManyFindings(folder: string, nowMs: number, images = 100): Promise<void> {
  const store = await openSqliteStore({ folder, log: silentLog });
  for (let image = 0; image < images; image++) {
    const artifact = {
      key: `sha256:${image.toString(16).padStart(64, '0')}`,
      kind: 'image',
      names: [`registry.example.org/shop/service-${image}:1.${image % 9}`],
      system: 'debian 12.8',
      packages: 300,
      notes: [],
    } as const;
    const all = Array.from({ length: each }, (_, index) => findingOf(image, index));
    if (image % 7 === 0) {
      all.push(...secretsOf(image));
    }
    if (image % 10 === 0) {
      // Of every tenth image there is a past: one was fixed and came back, some are new, some are gone.
      await store.findings.record(artifact, all.slice(0, each - 20), nowMs - 28 * day);
      await store.findings.record(artifact, all.slice(5, each - 20), nowMs - 12 * day);
      await store.findings.record(artifact, all.slice(3, each - 10), nowMs - 3 * day);
    } else {
      await store.findings.record(artifact, all, nowMs - (20 + (image % 9)) * day);
    }
  }
  await store.findings.record(...hostileRecord(), nowMs - day);
  await store.close();
}

/** An image whose every text is hostile, with such a finding of each kind, as the API describes them. */
function hostileRecord(): [ScannedArtifact, Finding[]] {
  const known = { texts: {}, keys: {} };
  // As the schemas of these routes say, which the type of what is made of any schema does not.
  const { artifacts } = hostileValue(apiRoutes.listArtifacts.result, 0, known) as {
    artifacts: [ScannedArtifact];
  };
  const { finding } = hostileValue(apiRoutes.getFinding.result, 0, known) as { finding: Finding };
  const { id, package: place, packageName, installedVersion, fixedVersion, title, details } = finding;
  const kinds = apiRoutes.getFinding.result.shape.finding.shape.kind.options;
  return [
    { ...artifacts[0], key: 'sha256:evil', kind: 'image' },
    kinds.map((kind) => ({
      ...{ kind, id, package: place, packageName, installedVersion, fixedVersion, title, details },
      ...{ severity: 'CRITICAL', kev: true, epss: 1 },
    })),
  ];
}

/** Alerts of many kinds, evenly over the last two days. */
export async function recordManyAlerts(folder: string, nowMs: number, count: number): Promise<void> {
  const store = await openSqliteStore({ folder, log: silentLog });
  const spanMs = 2 * day;
  const source = alertGenerator({ startMs: nowMs - spanMs, everyMs: spanMs / count });
  const alerts = Array.from({ length: count }, () => source.next().value).filter(
    ({ timeUs }) => timeUs < nowMs * 1000,
  );
  await store.alerts.append(
    alerts,
    alerts.map(() => null),
  );
  await store.close();
}

function findingOf(image: number, index: number): Finding {
  // The same vulnerabilities are in many images, and a few packages have most of them.
  const number = (image * 37 + index * 13) % 3000;
  const name = number % 3 === 0 ? `lib${number % 5}` : `package-${number % 250}`;
  const installed = `${1 + (number % 3)}.${number % 7}.0-${1 + (number % 4)}`;
  return {
    kind: 'vulnerability',
    id: `CVE-2025-${10_000 + number}`,
    package: `pkg:deb/debian/${name}@${installed}?arch=amd64&distro=debian-12.8#usr/lib/${index}`,
    packageName: name,
    installedVersion: installed,
    fixedVersion: number % 3 === 0 ? `${2 + (number % 3)}.0.1-${1 + (number % 2)}` : '',
    severity: severities[Math.min(4, Math.floor((number % 23) / 4))] ?? 'LOW',
    title: `${name}: a length that is not checked lets whoever sends a frame write beyond its buffer (${number})`,
    epss: number % 4 === 0 ? null : (number % 100) / 120,
    kev: number % 397 === 0,
    details: {
      target: 'debian 12.8',
      status: 'affected',
      url: `https://example.org/${number}`,
      published: '',
    },
  };
}

const secretRules = [
  ['github-pat', 'GitHub', 'GitHub Personal Access Token', 'CRITICAL'],
  ['private-key', 'AsymmetricPrivateKey', 'Asymmetric Private Key', 'HIGH'],
  ['aws-access-key-id', 'AWS', 'AWS Access Key ID', 'CRITICAL'],
] as const;

function secretsOf(image: number): Finding[] {
  return secretRules.slice(0, 1 + (image % 3)).map(([id, category, title, severity], index) => {
    const target = `srv/shop/service-${image}/config/environments/${index === 1 ? 'tls/server.pem' : '.env'}`;
    const startLine = 3 + index * 1200;
    return {
      ...{ kind: 'secret', id, severity, title, package: `${target}:${startLine}`, packageName: '' },
      ...{ installedVersion: '', fixedVersion: '', epss: null, kev: false },
      details: { target, startLine, category, match: 'TOKEN=****************' },
    };
  });
}
