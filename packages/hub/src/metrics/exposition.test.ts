import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exposition, metricName } from './exposition.ts';
import { falcoFamilies, type FalcoMetricsInput } from './falco.ts';

const input: FalcoMetricsInput = {
  version: '0.1.0',
  startTs: 1_795_000_000_000_000_000n,
  reloadTs: 1_795_000_000_000_000_001n,
  nowTs: 1_795_000_012_000_000_000n,
  hostname: 'demo',
  kernelRelease: '6.18',
  bootTs: 1_794_000_000_000_000_000n,
  cpuCount: 2,
  ruleFiles: [['falco_rules.yaml', 'ab']],
  events: 7,
  plugins: { container: [{ name: 'n_containers', value: 3, gauge: false }] },
  configFiles: [],
  queueDrops: 3,
  rules: [
    { rule: 'Say "hi"', priority: 4, source: 'syscall', tags: ['T1555', 'maturity_stable', 'a-b'], count: 2 },
    { rule: 'Never', priority: 4, source: 'syscall', tags: [], count: 0 },
  ],
  engines: [{ engine: 'nodriver', source: 'syscall' }],
  resources: null,
  state: [{ name: 'n_threads', value: 7, gauge: true }],
  kernel: {
    events: 10,
    drops: 1,
    preemptions: 0,
    bugDrops: 0,
    scratchMapDrops: 0,
    pageFaultDrops: 0,
    bufferDrops: { open: 1 },
    perCpu: [{ cpu: 0, events: 10, drops: 1 }],
  },
};

test('families have the names, labels and types that dashboards ask for', () => {
  const text = exposition(falcoFamilies(input));
  expect(text).toContain('falcosecurity_falco_version_info{version="0.1.0"} 1\n');
  expect(text).toContain(
    'falcosecurity_falco_rules_matches_total{priority="4",rule_name="Say \\"hi\\"",source="syscall",tag_T1555="true",tag_a_b="true",tag_maturity_stable="true"} 2\n',
  );
  expect(text).not.toContain('Never');
  expect(text).toContain('falcosecurity_falco_start_timestamp_nanoseconds 1795000000000000000\n');
  expect(text).toContain('falcosecurity_falco_duration_seconds_total 12\n');
  expect(text).toContain('falcosecurity_falco_n_evts_total 7\n');
  expect(text).toContain('falcosecurity_plugins_container_n_containers_total 3\n');
  expect(text).toContain('falcosecurity_scap_n_drops_buffer_total{dir="enter",drop="open"} 0\n');
  expect(text).toContain('falcosecurity_scap_n_drops_buffer_total{dir="exit",drop="open"} 1\n');
  expect(text).toContain('# TYPE falcosecurity_scap_n_threads_total gauge\n');
  expect(text).not.toContain('sha256_config_files');
});

test('every line is a comment or a sample, each name is declared once', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (rule, tag) => {
      const text = exposition(
        falcoFamilies({ ...input, rules: [{ rule, priority: 1, source: 's', tags: [tag], count: 1 }] }),
      );
      const names = text.split('\n').filter((line) => line.startsWith('# TYPE'));
      expect(new Set(names).size).toBe(names.length);
      for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
        expect(line).toMatch(/^[a-z_A-Z0-9]+(?:\{.*\})? -?[0-9.]+$/s);
      }
    }),
  );
});

test('names are made of letters, digits and underscores', () => {
  fc.assert(fc.property(fc.string(), (text) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(metricName(text))));
});
