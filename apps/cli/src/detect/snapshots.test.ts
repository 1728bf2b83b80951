import type { FalcoMetricsInput } from '@lanner/hub';
import { expect, test } from 'vitest';
import { interfaceFields } from './netinfo.ts';
import { snapshotFields } from './snapshots.ts';

const input: FalcoMetricsInput = {
  version: '1.2.3',
  startTs: 1_000_000_000n,
  reloadTs: 1_000_000_000n,
  nowTs: 5_000_000_000n,
  hostname: 'demo',
  kernelRelease: '6.1',
  bootTs: 1n,
  cpuCount: 2,
  ruleFiles: [['falco_rules.yaml', 'ab']],
  configFiles: [],
  events: 300,
  queueDrops: 0,
  rules: [{ rule: 'Say "hi"', priority: 4, source: 'syscall', tags: [], count: 2 }],
  engines: [],
  resources: {
    cpuRatio: 0.5,
    rssBytes: 3 * 2 ** 20,
    vszBytes: 2 ** 20,
    pssBytes: 0,
    containerMemoryBytes: 2 ** 20,
    hostCpuRatio: 0,
    hostMemoryBytes: 2 ** 20,
    hostProcessesRunning: 1,
    hostOpenFds: 9,
  },
  state: [{ name: 'n_threads', value: 4, gauge: true }],
  plugins: { container: [{ name: 'n_containers', value: 0, gauge: false }] },
  kernel: null,
};
const options = {
  includeEmpty: false,
  memoryInMb: true,
  source: 'syscall',
  rulesCounted: true,
  interfaces: {},
};

test('a snapshot has Falco’s keys; empty figures are left out', () => {
  const fields = snapshotFields(input, { events: 100, ts: 3_000_000_000n, kernel: null }, options);
  expect(fields).toMatchObject({
    'falco.duration_sec': 4n,
    'falco.evts_rate_sec': 100,
    'falco.num_evts_prev': 100,
    'falco.rules.matches_total': 2,
    'falco.rules.Say_hi_': 2,
    'falco.sha256_rules_file.falco_rules_yaml': 'ab',
    'falco.memory_rss_mb': 3,
    'falco.cpu_usage_perc': 50,
    'falco.n_threads': 4,
  });
  expect(Object.keys(fields)).not.toContain('falco.memory_pss_mb');
  expect(Object.keys(fields)).not.toContain('scap.engine_name');
});

test('empty figures are told when asked for, and memory in its own units', () => {
  const fields = snapshotFields(input, null, { ...options, includeEmpty: true, memoryInMb: false });
  expect(fields).toMatchObject({
    'falco.memory_pss_kb': 0,
    'falco.memory_rss_kb': 3072,
    'falco.container_memory_used_bytes': 2 ** 20,
    'plugins.container.n_containers': 0,
  });
  expect(Object.keys(fields)).not.toContain('falco.evts_rate_sec');
});

test('the kernel’s counters are told as totals, and as rates since the snapshot before', () => {
  const kernel = {
    events: 1000,
    drops: 100,
    preemptions: 0,
    bugDrops: 0,
    scratchMapDrops: 0,
    pageFaultDrops: 0,
    bufferDrops: { open: 100 },
    perCpu: [{ cpu: 1, events: 1000, drops: 100 }],
  };
  const previous = { events: 1, ts: 3_000_000_000n, kernel: { ...kernel, events: 500, drops: 50 } };
  expect(snapshotFields({ ...input, kernel }, previous, options)).toMatchObject({
    'scap.n_evts': 1000,
    'scap.n_evts_prev': 500,
    'scap.n_drops_perc': 10,
    'scap.evts_rate_sec': 250,
    'scap.n_drops_buffer_open_exit': 100,
    'scap.n_drops_cpu_1': 100,
  });
  expect(snapshotFields(input, null, options)).toMatchObject({ 'scap.n_drops_perc': 0 });
});

test('addresses of interfaces are written out, without loopback', () => {
  const common = { netmask: '', mac: '', cidr: null };
  expect(
    interfaceFields({
      lo: [{ ...common, address: '127.0.0.1', family: 'IPv4', internal: true }],
      eth0: [
        { ...common, address: '192.0.2.2', family: 'IPv4', internal: false },
        { ...common, address: 'fe80::1', family: 'IPv6', internal: false, scopeid: 2 },
      ],
    }),
  ).toEqual({
    'falco.host_netinfo.interfaces.eth0.protocols.ipv4.addresses': '192.0.2.2',
    'falco.host_netinfo.interfaces.eth0.protocols.ipv6.addresses': 'fe80:0:0:0:0:0:0:1',
  });
});
