import type { FalcoConfig } from '@lanner/api';
import { AppError } from '@lanner/core';
import { type CommandEnvironment, type OptionValues, textOption } from '../command.ts';
import { containerSettings } from '../detect/container-settings.ts';
import type { OpenSettings } from './protocol.ts';
import type { RecordSettings } from './recorder.ts';
import type { Budget } from './shedder.ts';
import type { RingSettings, ScopeSelection } from './sensor-port.ts';
import type { SessionOptions } from './session.ts';

const mib = 2 ** 20;
const defaultSnapLength = 80;
/** Falco's presets of the size of a buffer; ours is one for all processors. */
const presetBytes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** What the sensor has to be made ready with. */
export function ringSettings(config: FalcoConfig): RingSettings {
  const preset = config.number('engine.modern_ebpf.buf_size_preset');
  // 0 stands for one buffer.
  const cpus = config.number('engine.modern_ebpf.cpus_for_each_buffer');
  return { ringBytes: (presetBytes[preset - 1] ?? 8) * mib, cpusPerRing: cpus === 0 ? null : cpus };
}

/** How the sensor is opened, as the configuration says. */
export function openSettings(
  config: FalcoConfig,
  scope: ScopeSelection | null,
  budget: Budget = { cpuRatio: null, rssBytes: null },
): OpenSettings {
  // 0 stands for the sensor's own length.
  const snaplen = config.number('falco_libs.snaplen');
  return {
    ...ringSettings(config),
    scope,
    heldPid: null,
    snapLength: snaplen === 0 ? defaultSnapLength : snaplen,
    dropsFailed: config.flag('engine.modern_ebpf.drop_failed_exit'),
    purge: {
      intervalMs: config.number('falco_libs.thread_table_auto_purging_interval_s') * 1000,
      idleMs: config.number('falco_libs.thread_table_auto_purging_thread_timeout_s') * 1000,
    },
    budget,
    record: recordSettings(config),
    base: {
      customSet: config.texts('base_syscalls.custom_set'),
      repair: config.flag('base_syscalls.repair'),
      all: config.flag('base_syscalls.all'),
    },
  };
}

/** `capture` of the configuration: captures of what follows an alert. */
function recordSettings(config: FalcoConfig): RecordSettings | null {
  if (!config.flag('capture.enabled')) {
    return null;
  }
  const mode = config.text('capture.mode');
  if (mode !== 'rules' && mode !== 'all_rules') {
    throw new AppError('config.invalid', `capture.mode: '${mode}' is none of rules, all_rules`);
  }
  return {
    mode,
    path: config.text('capture.path_prefix'),
    durationMs: config.number('capture.default_duration'),
    maxBytes: config.number('capture.max_file_size_mb') * mib,
  };
}

/** What a session needs to know of the machine. */
export function systemSettings(
  config: FalcoConfig,
  environment: Pick<CommandEnvironment, 'hostname' | 'now' | 'env'>,
): Pick<SessionOptions, 'hostname' | 'maxThreads' | 'utcOffsetS' | 'hostRoot' | 'identity' | 'now'> {
  return {
    hostname: environment.hostname(),
    maxThreads: config.number('falco_libs.thread_table_size'),
    utcOffsetS: -environment.now().getTimezoneOffset() * 60,
    identity: containerSettings(config).identity,
    // As Falco's own image names it.
    hostRoot: (environment.env['HOST_ROOT'] ?? '').replace(/\/+$/, ''),
    now: () => environment.now().getTime(),
  };
}

/** The budget that the options set. Throws AppError 'usage.invalid' for what is no number. */
export function budgetOf(values: OptionValues): Budget {
  const percent = numberOption(values, 'cpu-budget');
  const mebibytes = numberOption(values, 'memory-budget');
  return {
    cpuRatio: percent === null ? null : percent / 100,
    rssBytes: mebibytes === null ? null : mebibytes * mib,
  };
}

function numberOption(values: OptionValues, name: string): number | null {
  const text = textOption(values, name);
  if (text !== undefined && !(Number(text) > 0)) {
    throw new AppError('usage.invalid', `--${name} '${text}' is not a number above 0`);
  }
  return text === undefined ? null : Number(text);
}
