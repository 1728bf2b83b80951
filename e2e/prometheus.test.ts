import { exposition, falcoFamilies, type FalcoMetricsInput, startWebServer } from '@lanner/hub';
import { silentLog } from '@lanner/core';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queryPrometheus, startPrometheus } from './kit/prometheus.ts';
import { RealServers } from './kit/real-server.ts';
import { waitFor } from './kit/waits.ts';

// The real Prometheus (Debian package) and the expressions of Falco's dashboard; ../shared lies beside the repository.
const bin = fileURLToPath(new URL('../bin/lanner.mjs', import.meta.url));
const dashboards = fileURLToPath(
  new URL('../../shared/reference/sidekick/dashboard-expressions.json', import.meta.url),
);
const absent = [
  ...(['prometheus', 'promtool'].every((name) => spawnSync(name, ['--version']).error === undefined)
    ? []
    : ['the Debian package prometheus']),
  ...(existsSync(dashboards) ? [] : ['../shared/reference']),
];

interface Panel {
  readonly dashboard: string;
  readonly panel: string;
  readonly expr: string;
}

/** Complaints of promtool about names that are Falco's own, which dashboards and alert rules ask for. */
const falcosNames: ReadonlySet<string> = new Set([
  // Gauges whose name ends in _total.
  'falcosecurity_falco_host_num_cpus_total non-counter metrics should not have "_total" suffix',
  'falcosecurity_falco_host_num_cpus_total non-counter metrics should not have "_total" suffix',
  'falcosecurity_falco_host_procs_running_total non-counter metrics should not have "_total" suffix',
  'falcosecurity_falco_host_open_fds_total non-counter metrics should not have "_total" suffix',
  'falcosecurity_scap_n_threads_total non-counter metrics should not have "_total" suffix',
  'falcosecurity_scap_n_fds_total non-counter metrics should not have "_total" suffix',
  // Nanoseconds instead of seconds.
  'falcosecurity_falco_host_boot_timestamp_nanoseconds use base unit "seconds" instead of "nanoseconds"',
  'falcosecurity_falco_reload_timestamp_nanoseconds use base unit "seconds" instead of "nanoseconds"',
  'falcosecurity_falco_start_timestamp_nanoseconds use base unit "seconds" instead of "nanoseconds"',
]);

const servers = new RealServers();
const { folder } = servers;
const closers: (() => Promise<void>)[] = [];

afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
  await servers.close();
}, 30_000);

if (absent.length > 0) {
  test.skip(`a real Prometheus (needs ${absent.join(' and ')}, absent here)`, () => undefined);
} else {
  describe('with a real Prometheus', () => {
    const panels = (JSON.parse(readFileSync(dashboards, 'utf8')) as readonly Panel[]).filter(
      ({ dashboard, expr }) => dashboard === 'falco' && /falcosecurity_(?:falco|scap)_/.test(expr),
    );
    let detectPort = 0;
    let sensorPort = 0;
    let prometheusPort = 0;

    beforeAll(async () => {
      const detect = await startDetect();
      detectPort = detect.web;
      sensorPort = await serveSensorFigures();
      prometheusPort = await scrape([detectPort, sensorPort]);
      for (const verb of ['get', 'list', 'watch']) {
        await postAudit(detect.audit, verb);
      }
      // Rates need two scrapes after the last change.
      await waitFor(async () => {
        const samples = await queryPrometheus(
          prometheusPort,
          'count_over_time(falcosecurity_falco_version_info[30s]) > 3',
        );
        return samples.length === 2 ? samples : null;
      });
    }, 60_000);

    test('there are expressions', () => {
      expect(panels.length).toBeGreaterThan(20);
    });

    test.each(panels.map(({ panel, expr }) => [panel, expr] as const))('%s: %s', async (_, expr) => {
      const filled = expr
        .replace(/\$__(?:rate_)?interval/g, '30s')
        .replace(/\$(?:source|priority|pod)/g, '.*');
      expect(filled).not.toContain('$');
      expect(await queryPrometheus(prometheusPort, filled)).not.toEqual([]);
    });

    test('the alerts that were raised are counted', async () => {
      const [sample] = await queryPrometheus(
        prometheusPort,
        'falcosecurity_falco_rules_matches_total{pod="detect", rule_name="Audit", source="k8s_audit"}',
      );
      expect(sample?.value[1]).toBe('3');
    });

    test.each([
      ['detect', () => detectPort],
      ['a sensor', () => sensorPort],
    ])('promtool has nothing against the metrics of %s but names of Falco', async (_, port) => {
      const input = await (await fetch(`http://127.0.0.1:${port()}/metrics`)).text();
      const { stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
        input,
        encoding: 'utf8',
      });
      expect(error).toBeUndefined();
      const complaints = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
      expect(complaints.filter((line) => !falcosNames.has(line))).toEqual([]);
      // Without any, promtool has not seen the metrics.
      expect(complaints.length).toBeGreaterThan(0);
    });
  });
}

/** `lanner detect` with web server and audit webhook. */
async function startDetect(): Promise<{ web: number; audit: number }> {
  const rules = join(folder, 'rules.yaml');
  const config = join(folder, 'falco.yaml');
  writeFileSync(
    rules,
    '- {rule: Audit, desc: d, condition: ka.verb exists, output: x, priority: NOTICE, source: k8s_audit}\n',
  );
  writeFileSync(
    config,
    `json_output: true
log_stderr: true
log_syslog: false
engine: {kind: nodriver}
stdout_output: {enabled: true}
rules_files: [${rules}]
metrics: {enabled: true, interval: 1h, resource_utilization_enabled: true, state_counters_enabled: true}
webserver: {enabled: true, listen_address: 127.0.0.1, listen_port: 0, prometheus_metrics_enabled: true}
`,
  );
  const args = [bin, 'detect', '-c', config, '--k8s-audit-listen', '127.0.0.1:0'];
  let log = '';
  servers.start([process.execPath, ...args], {
    onText: () => undefined,
    onError: (text) => {
      log += text;
    },
  });
  const portOf = (message: string): Promise<number> =>
    waitFor(() => {
      const port = new RegExp(`"message":"${message}".*?"port":(\\d+)`).exec(log)?.[1];
      return Promise.resolve(port === undefined ? null : Number(port));
    });
  return {
    web: await portOf('web server is listening'),
    audit: await portOf('audit webhook is listening'),
  };
}

/** Serves what only a sensor that reads the kernel's events counts, under the names that detect gives it. */
async function serveSensorFigures(): Promise<number> {
  const bufferDrops = Object.fromEntries(
    ['clone_fork', 'execve', 'connect', 'open', 'dir_file', 'other_interest', 'close', 'proc'].map((kind) => [
      kind,
      1,
    ]),
  );
  const figures: FalcoMetricsInput = {
    version: '0.0.0',
    startTs: 1n,
    reloadTs: 1n,
    nowTs: 2n,
    hostname: 'demo',
    kernelRelease: '6.1.0',
    bootTs: 1n,
    cpuCount: 2,
    ruleFiles: [],
    configFiles: [],
    events: 7,
    queueDrops: 0,
    rules: [],
    engines: [{ engine: 'modern_bpf', source: 'syscall' }],
    resources: null,
    state: [
      { name: 'n_threads', value: 5, gauge: true },
      { name: 'n_fds', value: 5, gauge: true },
      { name: 'n_drops_full_threadtable', value: 0, gauge: false },
    ],
    plugins: {},
    kernel: {
      events: 9,
      drops: 8,
      preemptions: 0,
      bugDrops: 0,
      scratchMapDrops: 0,
      pageFaultDrops: 0,
      bufferDrops,
      perCpu: [
        { cpu: 0, events: 5, drops: 4 },
        { cpu: 1, events: 4, drops: 4 },
      ],
    },
  };
  const server = await startWebServer({
    address: '127.0.0.1',
    port: 0,
    tlsFile: null,
    routes: {
      '/metrics': {
        contentType: 'text/plain; version=0.0.4',
        body: () => exposition(falcoFamilies(figures)),
      },
    },
    log: silentLog,
  });
  closers.push(() => server.close());
  return server.port;
}

/** Scrapes each port every second; the pod label is what the operator's service discovery would set. */
function scrape(ports: readonly number[]): Promise<number> {
  const targets = ports.map((target, i) => ({
    targets: [`127.0.0.1:${target}`],
    labels: { pod: i === 0 ? 'detect' : 'sensor' },
  }));
  return startPrometheus(servers, {
    global: { scrape_interval: '1s' },
    scrape_configs: [{ job_name: 'falco', static_configs: targets }],
  });
}

async function postAudit(port: number, verb: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/k8s-audit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      auditID: verb,
      stage: 'ResponseComplete',
      verb,
      stageTimestamp: '2026-01-01T00:00:00.000000Z',
      requestReceivedTimestamp: '2026-01-01T00:00:00.000000Z',
    }),
  });
  expect(response.status).toBe(200);
}
