import { type MetricFamily, type MetricSample, metricName } from './exposition.ts';

/** What Falco's metrics are made of. Counters count from the start of the process. */
export interface FalcoMetricsInput {
  readonly version: string;
  readonly startTs: bigint;
  readonly reloadTs: bigint;
  readonly nowTs: bigint;
  readonly hostname: string;
  readonly kernelRelease: string;
  readonly bootTs: bigint;
  readonly cpuCount: number;
  /** Base names and SHA-256 digests. */
  readonly ruleFiles: readonly (readonly [name: string, sha256: string])[];
  readonly configFiles: readonly (readonly [name: string, sha256: string])[];
  /** Events that were matched against rules. */
  readonly events: number;
  readonly queueDrops: number;
  readonly rules: readonly RuleCount[];
  readonly engines: readonly { readonly engine: string; readonly source: string }[];
  /** null when metrics.resource_utilization_enabled is off. */
  readonly resources: ResourceUse | null;
  /** Names as in Falco's state counters, such as `n_threads`; gauges are marked. */
  readonly state: readonly NamedValue[] | null;
  /** Counters of plugins by the name of the plugin. */
  readonly plugins: Readonly<Record<string, readonly NamedValue[]>>;
  readonly kernel: KernelCounters | null;
}

export interface NamedValue {
  readonly name: string;
  readonly value: number;
  /** It may also fall. */
  readonly gauge: boolean;
}

export interface RuleCount {
  readonly rule: string;
  /** 0 Emergency … 7 Debug. */
  readonly priority: number;
  readonly source: string;
  readonly tags: readonly string[];
  readonly count: number;
}

export interface ResourceUse {
  /** Share of one processor since the start, 0 to the number of processors. */
  readonly cpuRatio: number;
  readonly rssBytes: number;
  readonly vszBytes: number;
  readonly pssBytes: number;
  readonly containerMemoryBytes: number;
  readonly hostCpuRatio: number;
  readonly hostMemoryBytes: number;
  readonly hostProcessesRunning: number;
  readonly hostOpenFds: number;
}

export interface KernelCounters {
  readonly events: number;
  readonly drops: number;
  readonly preemptions: number;
  readonly bugDrops: number;
  readonly scratchMapDrops: number;
  readonly pageFaultDrops: number;
  /** Drops by kind: clone_fork, execve, connect, open, dir_file, other_interest, close, proc. */
  readonly bufferDrops: Readonly<Record<string, number>>;
  readonly perCpu: readonly { readonly cpu: number; readonly events: number; readonly drops: number }[];
}

const help = 'https://falco.org/docs/metrics/';

/** Metrics under Falco's names and labels. */
export function falcoFamilies(input: FalcoMetricsInput): MetricFamily[] {
  const seconds = Number(input.nowTs - input.startTs) / 1e9;
  return [
    info('falco_version', [{ version: input.version }]),
    info(
      'falco_sha256_rules_files',
      input.ruleFiles.map(([file_name, sha256]) => ({ file_name, sha256 })),
    ),
    info(
      'falco_sha256_config_files',
      input.configFiles.map(([file_name, sha256]) => ({ file_name, sha256 })),
    ),
    counter('falco_outputs_queue_num_drops_total', input.queueDrops),
    gauge('falco_reload_timestamp_nanoseconds', input.reloadTs),
    family(
      'falco_rules_matches_total',
      'counter',
      input.rules.filter(({ count }) => count > 0).map(ruleSample),
    ),
    info('falco_kernel_release', [{ kernel_release: input.kernelRelease }]),
    gauge('falco_start_timestamp_nanoseconds', input.startTs),
    counter('falco_duration_seconds_total', Math.max(0, Math.floor(seconds))),
    info('evt_hostname', [{ hostname: input.hostname }]),
    gauge('falco_host_boot_timestamp_nanoseconds', input.bootTs),
    // Falco's name is that of a counter, its type is not.
    gauge('falco_host_num_cpus_total', input.cpuCount),
    info(
      'scap_engine_name',
      input.engines.map(({ engine, source }) => ({ engine_name: engine, evt_source: source })),
    ),
    counter('falco_n_evts_total', input.events),
    ...(input.resources === null ? [] : resourceFamilies(input.resources)),
    ...(input.state ?? []).map(({ name, value, gauge: isGauge }) =>
      family(`scap_${name}_total`, isGauge ? 'gauge' : 'counter', [{ value }]),
    ),
    ...Object.entries(input.plugins).flatMap(([plugin, values]) =>
      values.map(({ name, value, gauge: isGauge }) =>
        family(`plugins_${plugin}_${name}_total`, isGauge ? 'gauge' : 'counter', [{ value }]),
      ),
    ),
    ...(input.kernel === null ? [] : kernelFamilies(input.kernel)),
  ];
}

function ruleSample({ rule, priority, source, tags, count }: RuleCount): MetricSample {
  const tagLabels = Object.fromEntries(tags.map((tag) => [`tag_${metricName(tag)}`, 'true']));
  return { labels: { rule_name: rule, priority: String(priority), source, ...tagLabels }, value: count };
}

function resourceFamilies(use: ResourceUse): MetricFamily[] {
  return [
    gauge('falco_cpu_usage_ratio', use.cpuRatio),
    gauge('falco_memory_rss_bytes', use.rssBytes),
    gauge('falco_memory_vsz_bytes', use.vszBytes),
    gauge('falco_memory_pss_bytes', use.pssBytes),
    gauge('falco_container_memory_used_bytes', use.containerMemoryBytes),
    gauge('falco_host_cpu_usage_ratio', use.hostCpuRatio),
    gauge('falco_host_memory_used_bytes', use.hostMemoryBytes),
    family('falco_host_procs_running_total', 'gauge', [{ value: use.hostProcessesRunning }]),
    family('falco_host_open_fds_total', 'gauge', [{ value: use.hostOpenFds }]),
  ];
}

function kernelFamilies(kernel: KernelCounters): MetricFamily[] {
  // Enter events are no longer recorded; dashboards still ask for their drops.
  const bufferSamples = ['enter', 'exit'].flatMap((dir) =>
    Object.entries(kernel.bufferDrops).map(([drop, value]) => ({
      labels: { drop, dir },
      value: dir === 'exit' ? value : 0,
    })),
  );
  const perCpu = (pick: (entry: KernelCounters['perCpu'][number]) => number): MetricSample[] =>
    kernel.perCpu.map((entry) => ({ labels: { cpu: String(entry.cpu) }, value: pick(entry) }));
  return [
    counter('scap_n_evts_total', kernel.events),
    counter('scap_n_drops_total', kernel.drops),
    family(
      'scap_n_evts_cpu_total',
      'counter',
      perCpu(({ events }) => events),
    ),
    family(
      'scap_n_drops_cpu_total',
      'counter',
      perCpu(({ drops }) => drops),
    ),
    family('scap_n_drops_buffer_total', 'counter', bufferSamples),
    counter('scap_n_drops_scratch_map_total', kernel.scratchMapDrops),
    counter('scap_n_drops_page_faults_total', kernel.pageFaultDrops),
    counter('scap_n_drops_bug_total', kernel.bugDrops),
    counter('scap_n_preemptions_total', kernel.preemptions),
  ];
}

function family(name: string, type: 'counter' | 'gauge', samples: readonly MetricSample[]): MetricFamily {
  return { name: `falcosecurity_${name}`, help, type, samples };
}

function info(name: string, labels: readonly Readonly<Record<string, string>>[]): MetricFamily {
  return family(
    `${name}_info`,
    'gauge',
    labels.map((label) => ({ labels: label, value: 1 })),
  );
}

function counter(name: string, value: number): MetricFamily {
  return family(name, 'counter', [{ value }]);
}

function gauge(name: string, value: number | bigint): MetricFamily {
  return family(name, 'gauge', [{ value }]);
}
