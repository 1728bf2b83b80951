import type { FindingQuery, ScannedArtifact, Finding } from '../store/finding-store.ts';
import type { Store } from '../store/store.ts';
import { sampleAlerts } from './sample-alerts.ts';

const artifact: ScannedArtifact = {
  key: 'sha256:0123',
  kind: 'image',
  names: ['example.org/shop:1'],
  system: 'debian 12',
  packages: 2,
  notes: ['größe'],
};

const finding: Finding = {
  kind: 'vulnerability',
  id: 'CVE-2024-1',
  package: 'pkg:deb/debian/openssl@3',
  packageName: 'openssl',
  installedVersion: '3',
  fixedVersion: '3.1',
  severity: 'HIGH',
  title: 'Überlauf in OpenSSL',
  epss: 0.5,
  kev: true,
  details: { cvss: 7.5 },
};

/** Alerts of the content; the first ones are beyond what is acknowledged. */
const contentAlerts = 300;

/**
 * Fills an empty store with something of everything that it keeps, always the same: what stored fixtures of earlier
 * schemas hold. It may grow only together with new fixtures.
 */
export async function fillStore(store: Store): Promise<void> {
  const alerts = sampleAlerts(contentAlerts);
  const held = alerts.map((_, index) => (index % 7 === 0 ? 'known' : null));
  await store.deliveries.open('webhook');
  for (let at = 0; at < alerts.length; at += 100) {
    const origin = { agent: 'node-1', sequence: at / 100 + 1 };
    await store.alerts.append(alerts.slice(at, at + 100), held.slice(at, at + 100), origin);
  }
  const [first] = alerts;
  const group = { any: { fingerprint: [first?.fingerprint ?? ''] } };
  await store.alerts.act(group, { kind: 'acknowledge' }, 'ann', 5);
  await store.alerts.act(group, { kind: 'comment', text: 'härmlos' }, 'ann', 6);
  await store.deliveries.advance('webhook', 40, 38);
  await store.deliveries.bury('webhook', 12, 'refused', 3, 7);
  await store.documents.put('silence', 'one', { comment: 'ruhig' });
  await store.documents.put('silence', 'one', { comment: 'still' });
  await store.documents.put('acceptance', 'two', { findingId: 'CVE-2024-9' });
  await store.audit.append({
    atMs: 8,
    by: 'ann',
    action: 'silence.create',
    target: 'one',
    details: { a: 1 },
    address: '127.0.0.1',
  });
  await store.findings.record(artifact, [finding, { ...finding, id: 'CVE-2024-2', kev: false }], 10);
  await store.findings.record(artifact, [finding], 20);
  await store.findings.putInventory(artifact.key, Uint8Array.of(1, 2, 3), 20);
  await store.evidence.record([
    {
      artifact: artifact.key,
      package: finding.package,
      rung: 'loaded',
      firstMs: 11,
      lastMs: 12,
      sample: { pid: 4 },
    },
  ]);
}

const everything: FindingQuery = { asOfMs: 30, includeFixed: true };

/** What the ports give of that content; times that the store sets itself are left out. */
export async function readContent(store: Store): Promise<Readonly<Record<string, unknown>>> {
  const { alerts, deliveries, documents, findings, evidence, audit } = store;
  const documentsOf = async (kind: 'silence' | 'acceptance'): Promise<unknown[]> =>
    (await documents.list(kind)).map(({ id, value, revision }) => ({ id, value, revision }));
  return {
    alerts: await alerts.after(0, 1000),
    byText: (await alerts.search({ text: 'shadow*' }, 1000)).alerts.map(({ id }) => id),
    byPhrase: await alerts.count({ text: '"file=/etc/shadow"' }),
    facets: await alerts.facets({}, ['rule', 'tags', 'pod', 'fingerprint', 'status'], 50),
    groups: await alerts.groups({}, 50),
    sequence: await alerts.lastSequence('node-1'),
    seen: [...(await alerts.seen(sampleAlerts(20).map(({ fingerprint }) => fingerprint)))].sort(),
    deliveries: await deliveries.states(),
    deadLetters: await deliveries.deadLetters(null, 10),
    silences: await documentsOf('silence'),
    acceptances: await documentsOf('acceptance'),
    findings: await findings.search(everything, 10),
    artifacts: await findings.artifacts(30),
    trend: await findings.trend(0, 30, 4),
    inventory: await findings.getInventory(artifact.key),
    evidence: await evidence.list(artifact.key),
    audit: await audit.list(10),
  };
}
