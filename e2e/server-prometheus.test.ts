// The server before a real Prometheus and Alertmanager (Debian packages): alert rules fire on the first event.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLog } from '@lanner/core';
import { openSqliteStore } from '@lanner/hub';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServer, type RunningServer } from '../apps/cli/src/server/open-server.ts';
import { readServerSettings } from '../apps/cli/src/server/settings.ts';
import { realServer } from './kit/destination-servers.ts';
import { queryPrometheus, startAlertmanager, startPrometheus } from './kit/prometheus.ts';
import { RealServers } from './kit/real-server.ts';
import { waitFor } from './kit/waits.ts';

const dashboards = fileURLToPath(
  new URL('../../shared/reference/sidekick/dashboard-expressions.json', import.meta.url),
);

/** The two alert rules of an operations page as people have them. */
const rules = (patience: string): string => `groups:
- name: security
  rules:
  - alert: CriticalVulnerabilityDetected
    expr: sum(trivy_image_vulnerabilities{severity="Critical"}) > 0
    for: ${patience}
  - alert: FalcoThreatDetected
    expr: increase(falco_events{priority=~"Critical|Error"}[5m]) > 0
    for: 0m
`;

/** Complaints of promtool about names that dashboards and alert rules ask for. */
const oldNames: ReadonlySet<string> = new Set(
  ['falco_events', 'falcosidekick_inputs', 'falcosidekick_outputs', 'falcosidekick_outputs_sent'].map(
    (name) => `${name} counter metrics should have "_total" suffix`,
  ),
);

interface Panel {
  readonly dashboard: string;
  readonly panel: string;
  readonly expr: string;
}

realServer('the server before Prometheus', ['prometheus', 'promtool', 'prometheus-alertmanager'], () => {
  const servers = new RealServers();
  let server: RunningServer | null = null;
  let receiver: Server | null = null;
  let intake = '';
  let prometheus = 0;
  let alertmanager = 0;

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(200).end());
    });
    await new Promise<void>((resolve) => receiver?.listen(0, '127.0.0.1', resolve));
    const { port } = receiver.address() as AddressInfo;
    const data = join(servers.folder, 'data');
    const settings = readServerSettings(
      { data, listen: '127.0.0.1:0' },
      { LISTENPORT: '0', WEBHOOK_ADDRESS: `http://127.0.0.1:${port}` },
      silentLog,
    );
    const store = await openSqliteStore({ folder: join(data, 'store'), log: silentLog });
    server = await openServer(store, settings, {
      log: silentLog,
      now: Date.now,
      uuid: () => crypto.randomUUID(),
      version: '0.0.0',
      writeStdout: () => Promise.resolve(),
      notes: () => [],
      scan: () => null,
      ruleRunner: null,
      signal: new AbortController().signal,
    });
    intake = `http://127.0.0.1:${server.intakePort}`;
    alertmanager = await startAlertmanager(servers);
    const ruleFile = join(servers.folder, 'rules.yml');
    // Five minutes are too long for a test; the rest is as it stands.
    writeFileSync(ruleFile, rules('1s'));
    prometheus = await startPrometheus(servers, {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [ruleFile],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanager}`] }] }] },
      scrape_configs: [
        {
          job_name: 'sidekick',
          static_configs: [{ targets: [`127.0.0.1:${server.intakePort}`], labels: { pod: 'sidekick-0' } }],
        },
      ],
    });
    await waitFor(async () => (await queryPrometheus(prometheus, 'lanner_store_alerts')).length > 0);
  }, 60_000);

  afterAll(async () => {
    await server?.close();
    receiver?.close();
    await servers.close();
  }, 30_000);

  async function post(rule: string, priority: string): Promise<void> {
    const body = JSON.stringify({
      output: `10:00:00.000000000: ${priority} ${rule}`,
      priority,
      rule,
      time: new Date().toISOString(),
      source: 'syscall',
      hostname: 'node-1',
      output_fields: { 'k8s.ns.name': 'shop', 'k8s.pod.name': 'web-1', 'proc.name': rule },
    });
    expect((await fetch(intake, { method: 'POST', body })).status).toBe(200);
  }

  async function arrived(name: string): Promise<Record<string, string> | undefined> {
    const response = await fetch(`http://127.0.0.1:${alertmanager}/api/v2/alerts`);
    const alerts = (await response.json()) as { labels: Record<string, string> }[];
    return alerts.find(({ labels }) => labels.alertname === name)?.labels;
  }

  test('promtool takes the rules as they stand', () => {
    const path = join(servers.folder, 'page.yml');
    writeFileSync(path, rules('5m'));
    expect(spawnSync('promtool', ['check', 'rules', path], { encoding: 'utf8' }).stdout).toContain(
      '2 rules found',
    );
  });

  test('the first event of a rule that nobody has heard of fires, and arrives', async () => {
    expect(await arrived('FalcoThreatDetected')).toBeUndefined();
    await post('Never seen before', 'Critical');
    expect(await waitFor(() => arrived('FalcoThreatDetected'))).toMatchObject({
      rule: 'Never seen before',
      priority: 'Critical',
      hostname: 'node-1',
      k8s_ns_name: 'shop',
    });
  }, 40_000);

  test('the first critical vulnerability of an image fires, and arrives', async () => {
    expect(await arrived('CriticalVulnerabilityDetected')).toBeUndefined();
    await server?.store.findings.record(
      { key: 'sha256:1', kind: 'image', names: ['ghcr.io/shop/web:1'], system: '', packages: 1, notes: [] },
      [
        {
          kind: 'vulnerability',
          id: 'CVE-2026-1',
          package: 'pkg:deb/zlib@1',
          packageName: 'zlib',
          installedVersion: '1',
          fixedVersion: '',
          severity: 'CRITICAL',
          title: '',
          epss: null,
          kev: false,
          details: {},
        },
      ],
      Date.now(),
    );
    expect(await waitFor(() => arrived('CriticalVulnerabilityDetected'))).toMatchObject({});
  }, 40_000);

  test.skipIf(!existsSync(dashboards))(
    'all panels of the dashboard about alerts have data (needs ../shared/reference)',
    async () => {
      const panels = (JSON.parse(readFileSync(dashboards, 'utf8')) as readonly Panel[]).filter(({ expr }) =>
        expr.includes('falcosecurity_falcosidekick_'),
      );
      expect(panels.length).toBeGreaterThanOrEqual(10);
      await post('Another', 'Warning');
      const filled = panels.map(({ panel, expr }) => ({
        panel,
        expr: expr
          .replace(/\$__(?:rate_)?interval/g, '30s')
          .replace(/\$(?:source|priority|pod|status|output)/g, '.*'),
      }));
      for (const { panel, expr } of filled) {
        const samples = await waitFor(
          async () => {
            const found = await queryPrometheus(prometheus, expr);
            return found.some(({ value }) => Number(value[1]) > 0) && found;
          },
          () => `${panel}: ${expr}`,
        );
        expect(samples.length, panel).toBeGreaterThan(0);
      }
    },
    60_000,
  );

  test('promtool has nothing against the metrics but names of before 2.30', async () => {
    const input = await (await fetch(`${intake}/metrics`)).text();
    const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    const complaints = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
    expect(complaints.filter((line) => !oldNames.has(line))).toEqual([]);
    // Without any, promtool has not seen the metrics.
    expect(complaints.length).toBeGreaterThan(0);
  });
});
