import { fromByteString } from '@lanner/engine';
import type { FalcoConfig } from '@lanner/api';
import type { FalcoMetricsInput, KernelCounters } from '@lanner/hub';
import { readFileSync } from 'node:fs';
import { availableParallelism, release } from 'node:os';
import type { CommandEnvironment } from '../command.ts';
import type { Detection } from './detection.ts';
import type { EventSource } from './event-source.ts';
import { fileDigests } from './file-digests.ts';
import { type CpuTimes, cpuTimes, type ProcReader, resourceUse } from './resources.ts';
import type { DetectSettings } from './settings.ts';
import { containerCounters, stateCounters } from './state-counters.ts';

/** What the figures of a run are taken from. */
export interface MeasureContext {
  readonly detection: Detection;
  /** Asked each time, since a reload replaces them. */
  readonly settings: () => DetectSettings;
  readonly ruleFiles: () => readonly string[];
  readonly reloadTs: () => bigint;
  readonly environment: CommandEnvironment;
  readonly source: EventSource;
  /** Resources and host facts come from here. */
  readonly proc: ProcReader;
}

/** Gives the figures of the moment each time it is called; those of resources are over the whole run. */
export function measurer(context: MeasureContext): () => FalcoMetricsInput {
  const { environment, proc } = context;
  const startTs = nowNs(environment);
  const before = cpuNow(proc);
  return () => {
    const { detection, source } = context;
    const settings = context.settings();
    const { config } = settings;
    const { events, state, kernel } = detection.figures();
    const counts = config.flag('metrics.rules_counters_enabled') ? detection.counts.entries() : [];
    return {
      version: environment.version,
      startTs,
      reloadTs: context.reloadTs(),
      nowTs: nowNs(environment),
      hostname: environment.hostname(),
      kernelRelease: release(),
      bootTs: bootNs(proc),
      cpuCount: availableParallelism(),
      ruleFiles: fileDigests(context.ruleFiles()),
      configFiles: fileDigests(settings.configFiles),
      events,
      queueDrops: detection.hub.dropped,
      rules: counts.map(({ rule, count }) => ({
        rule: fromByteString(rule.name),
        priority: rule.priority,
        source: fromByteString(rule.source),
        tags: rule.tags.map(fromByteString),
        count,
      })),
      engines: enginesOf(source),
      resources: config.flag('metrics.resource_utilization_enabled')
        ? resourceUse(proc, before, cpuNow(proc), process.memoryUsage())
        : null,
      state: config.flag('metrics.state_counters_enabled') && state !== null ? stateCounters(state) : null,
      plugins:
        config.flag('metrics.plugins_metrics_enabled') && state !== null
          ? { container: containerCounters(state) }
          : {},
      kernel: kernelOf(kernel, config),
    };
  };
}

function enginesOf(source: EventSource): FalcoMetricsInput['engines'] {
  const { engine, name } = source;
  const beside = source.kind === 'live' && source.audit !== null;
  return [
    ...(engine === null ? [] : [{ engine, source: name }]),
    ...(beside ? [{ engine: 'source_plugin', source: 'k8s_audit' }] : []),
  ];
}

/** The kernel's counters as far as `metrics` asks for them. */
function kernelOf(kernel: KernelCounters | null, config: FalcoConfig): KernelCounters | null {
  if (kernel === null || !config.flag('metrics.kernel_event_counters_enabled')) {
    return null;
  }
  return config.flag('metrics.kernel_event_counters_per_cpu_enabled') ? kernel : { ...kernel, perCpu: [] };
}

/** Reads files of /proc and /sys. */
export function readProc(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // Absent on this kernel, or outside of a cgroup: the figure counts as 0.
    return null;
  }
}

/** The time of the environment's clock in ns since 1970; its resolution is a millisecond. */
export function nowNs(environment: Pick<CommandEnvironment, 'now'>): bigint {
  return BigInt(environment.now().getTime()) * 1_000_000n;
}

function cpuNow(proc: ProcReader): CpuTimes {
  return cpuTimes(proc, process.cpuUsage(), performance.now());
}

function bootNs(proc: ProcReader): bigint {
  return BigInt(/^btime (\d+)/m.exec(proc('/proc/stat') ?? '')?.[1] ?? 0) * 1_000_000_000n;
}
