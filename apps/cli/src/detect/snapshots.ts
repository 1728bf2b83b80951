import { appendFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { FalcoConfig } from '@lanner/api';
import { AppError, type Log } from '@lanner/core';
import { type Alert, alertJson, formatInternalAlertText, type JsonValue, jsonText } from '@lanner/engine';
import { type FalcoMetricsInput, type KernelCounters, metricName, type OutputHub } from '@lanner/hub';
import { metricsInterval } from './checks.ts';
import { parseDuration } from './duration.ts';
import { interfaceFields } from './netinfo.ts';

/** Priority Informational. */
const informational = 6;

export interface SnapshotOptions {
  readonly includeEmpty: boolean;
  readonly memoryInMb: boolean;
  /** Name of the event source. */
  readonly source: string;
  readonly rulesCounted: boolean;
  readonly interfaces: Readonly<Record<string, string>>;
}

/** The snapshot before: what rates are taken against. */
export interface PreviousSnapshot {
  readonly events: number;
  readonly ts: bigint;
  readonly kernel: KernelCounters | null;
}

/** Fields of a snapshot, under Falco's keys. */
export function snapshotFields(
  input: FalcoMetricsInput,
  previous: PreviousSnapshot | null,
  options: SnapshotOptions,
): Record<string, JsonValue> {
  const before = previous?.events ?? 0;
  const seconds = previous === null ? 0 : Number(input.nowTs - previous.ts) / 1e9;
  const hasRate = before !== 0 && seconds > 0;
  return {
    'evt.hostname': input.hostname,
    'evt.source': options.source,
    'evt.time': input.nowTs,
    'falco.duration_sec': (input.nowTs - input.startTs) / 1_000_000_000n,
    'falco.host_boot_ts': input.bootTs,
    'falco.host_num_cpus': input.cpuCount,
    'falco.kernel_release': input.kernelRelease,
    'falco.num_evts': input.events,
    'falco.num_evts_prev': before,
    ...(hasRate ? { 'falco.evts_rate_sec': oneDecimal((input.events - before) / seconds) } : {}),
    'falco.outputs_queue_num_drops': input.queueDrops,
    'falco.reload_ts': input.reloadTs,
    'falco.start_ts': input.startTs,
    'falco.version': input.version,
    ...options.interfaces,
    ...digestFields('falco.sha256_rules_file', input.ruleFiles),
    ...digestFields('falco.sha256_config_file', input.configFiles),
    ...(input.engines[0] === undefined ? {} : { 'scap.engine_name': input.engines[0].engine }),
    ...ruleFields(input, options),
    ...withoutEmpty({ ...resourceFields(input, options), ...counterFields(input) }, options.includeEmpty),
    ...kernelFields(input.kernel, previous?.kernel ?? null, seconds),
  };
}

/** The kernel's counters. The share of losses is always told, 0 without a kernel's events. */
function kernelFields(
  kernel: KernelCounters | null,
  before: KernelCounters | null,
  seconds: number,
): Record<string, number> {
  if (kernel === null) {
    return { 'scap.n_drops_perc': 0 };
  }
  const events = kernel.events - (before?.events ?? 0);
  const drops = kernel.drops - (before?.drops ?? 0);
  const byKind = Object.entries(kernel.bufferDrops).map(
    ([kind, count]) => [`scap.n_drops_buffer_${kind}_exit`, count] as const,
  );
  const perCpu = kernel.perCpu.flatMap((cpu) => [
    [`scap.n_evts_cpu_${cpu.cpu}`, cpu.events] as const,
    [`scap.n_drops_cpu_${cpu.cpu}`, cpu.drops] as const,
  ]);
  return {
    'scap.n_evts': kernel.events,
    'scap.n_drops': kernel.drops,
    'scap.n_evts_prev': before?.events ?? 0,
    'scap.n_drops_prev': before?.drops ?? 0,
    'scap.n_drops_perc': events > 0 ? oneDecimal((100 * drops) / events) : 0,
    ...(seconds > 0
      ? {
          'scap.evts_rate_sec': oneDecimal(events / seconds),
          'scap.evts_drop_rate_sec': oneDecimal(drops / seconds),
        }
      : {}),
    'scap.n_drops_buffer_total': kernel.drops,
    ...Object.fromEntries(byKind),
    'scap.n_drops_scratch_map': kernel.scratchMapDrops,
    'scap.n_drops_page_faults': kernel.pageFaultDrops,
    'scap.n_drops_bug': kernel.bugDrops,
    'scap.n_preemptions': kernel.preemptions,
    ...Object.fromEntries(perCpu),
  };
}

function digestFields(prefix: string, digests: FalcoMetricsInput['ruleFiles']): Record<string, string> {
  return Object.fromEntries(digests.map(([name, sha256]) => [`${prefix}.${metricName(name)}`, sha256]));
}

function ruleFields({ rules }: FalcoMetricsInput, { rulesCounted }: SnapshotOptions): Record<string, number> {
  if (!rulesCounted) {
    return {};
  }
  let total = 0;
  for (const { count } of rules) {
    total += count;
  }
  const each = rules.map(({ rule, count }) => [`falco.rules.${metricName(rule)}`, count] as const);
  return { 'falco.rules.matches_total': total, ...Object.fromEntries(each) };
}

function resourceFields(
  { resources }: FalcoMetricsInput,
  { memoryInMb }: SnapshotOptions,
): Record<string, number> {
  if (resources === null) {
    return {};
  }
  const memory = (name: string, bytes: number, unit: 'kb' | 'bytes'): Record<string, number> =>
    memoryInMb
      ? { [`falco.${name}_mb`]: oneDecimal(bytes / 2 ** 20) }
      : { [`falco.${name}_${unit}`]: unit === 'kb' ? Math.round(bytes / 1024) : bytes };
  return {
    'falco.cpu_usage_perc': oneDecimal(resources.cpuRatio * 100),
    'falco.host_cpu_usage_perc': oneDecimal(resources.hostCpuRatio * 100),
    ...memory('memory_rss', resources.rssBytes, 'kb'),
    ...memory('memory_vsz', resources.vszBytes, 'kb'),
    ...memory('memory_pss', resources.pssBytes, 'kb'),
    ...memory('container_memory_used', resources.containerMemoryBytes, 'bytes'),
    ...memory('host_memory_used', resources.hostMemoryBytes, 'kb'),
    'falco.host_procs_running': resources.hostProcessesRunning,
    'falco.host_open_fds': resources.hostOpenFds,
  };
}

function counterFields({ state, plugins }: FalcoMetricsInput): Record<string, number> {
  return {
    ...Object.fromEntries((state ?? []).map(({ name, value }) => [`falco.${name}`, value])),
    ...Object.fromEntries(
      Object.entries(plugins).flatMap(([plugin, values]) =>
        values.map(({ name, value }) => [`plugins.${plugin}.${name}`, value] as const),
      ),
    ),
  };
}

function withoutEmpty(
  fields: Readonly<Record<string, number>>,
  includeEmpty: boolean,
): Record<string, number> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => includeEmpty || value !== 0));
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}

export interface SnapshotContext {
  /** Asked each time, since a reload replaces it. */
  readonly config: () => FalcoConfig;
  readonly source: string;
  readonly measure: () => FalcoMetricsInput;
  readonly hub: OutputHub;
  readonly json: boolean;
  readonly utcOffsetS: number;
  readonly log: Log;
}

/**
 * Takes a snapshot now and then at each interval, for the outputs that the configuration names. Gives what ends it.
 * Throws AppError 'file.write' when the file of snapshots cannot be written.
 */
export function startSnapshots(context: SnapshotContext): () => void {
  const config = context.config();
  const file = config.text('metrics.output_file');
  const toOutputs = config.flag('metrics.output_rule');
  if (!config.flag('metrics.enabled') || (!toOutputs && file === '')) {
    return () => undefined;
  }
  let previous: PreviousSnapshot | null = null;
  let sample = 0;
  const take = (): void => {
    const input = context.measure();
    const fields = snapshotFields(input, previous, optionsOf(context));
    previous = { events: input.events, ts: input.nowTs, kernel: input.kernel };
    if (toOutputs) {
      sendSnapshot(input, fields, context);
    }
    if (file !== '') {
      appendSample(file, jsonText({ output_fields: fields, sample }), context.log, sample === 0);
    }
    sample++;
  };
  take();
  const timer = setInterval(take, Math.min(parseDuration(metricsInterval(config)), maxTimerMs));
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** Timers of the runtime cannot be longer; beyond it they would fire at once. */
const maxTimerMs = 2 ** 31 - 1;

function optionsOf({ config, source }: SnapshotContext): SnapshotOptions {
  const current = config();
  return {
    includeEmpty: current.flag('metrics.include_empty_values'),
    memoryInMb: current.flag('metrics.convert_memory_to_mb'),
    rulesCounted: current.flag('metrics.rules_counters_enabled'),
    source,
    interfaces: interfaceFields(networkInterfaces()),
  };
}

function sendSnapshot(
  { nowTs, hostname }: FalcoMetricsInput,
  fields: Record<string, JsonValue>,
  { hub, json, utcOffsetS }: SnapshotContext,
): void {
  const alert: Alert = {
    ts: nowTs,
    rule: 'Falco internal: metrics snapshot',
    priority: 'Informational',
    source: 'internal',
    hostname,
    output: 'Falco metrics snapshot',
    fields,
  };
  hub.send({
    line: json ? alertJson(alert) : formatInternalAlertText(alert, utcOffsetS),
    priority: informational,
  });
}

function appendSample(path: string, line: string, log: Log, isFirst: boolean): void {
  try {
    appendFileSync(path, `${line}\n`);
  } catch (error) {
    const reason = (error as Error).message;
    if (isFirst) {
      throw new AppError('file.write', `metrics.output_file cannot be written: ${reason}`, { cause: error });
    }
    log.error('metrics snapshot was lost', { path, reason });
  }
}
