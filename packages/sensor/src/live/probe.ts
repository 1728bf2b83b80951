import { readFileSync } from 'node:fs';
import { AppError } from '@lanner/core';
import type { Libbpf } from './libbpf.ts';

/** Something that this machine lacks. */
export interface MissingFeature {
  readonly what: string;
  /** What is lost without it. */
  readonly lost: string;
  /** What to do about it, as an imperative sentence. */
  readonly remedy: string;
  /** The sensor cannot work at all. */
  readonly isFatal: boolean;
}

/** What the probes ask; real files and libbpf, or a test's. */
export interface Machine {
  readonly exists: (path: string) => boolean;
  /** null when the file cannot be read. */
  readonly read: (path: string) => string | null;
  readonly hasHelper: (helper: number) => boolean;
  readonly hasMap: (type: number) => boolean;
}

const everything = 'no event of this machine can be seen';
const newKernel = 'Run on Linux 5.17 or newer.';

const capabilities = { sysPtrace: 19, sysAdmin: 21, dacReadSearch: 2, perfmon: 38, bpf: 39 } as const;
const helpers = { currentTask: 158, taskRegisters: 175, loop: 181 } as const;
const ringBufferMap = 27;
const rawTracepointProgram = 17;

/** What is missing on this machine, the worst first. */
export function probeMachine(machine: Machine): MissingFeature[] {
  return [...missingPermissions(machine), ...missingKernel(machine)].sort(
    (a, b) => Number(b.isFatal) - Number(a.isFatal),
  );
}

/** Throws the one thing that must be mended first. */
export function requireFeatures(missing: readonly MissingFeature[]): void {
  const first = missing.find((feature) => feature.isFatal);
  if (first !== undefined) {
    throw new AppError('sensor.unavailable', `${first.what}: ${first.lost}.`, { hint: first.remedy });
  }
}

export function thisMachine(lib: Libbpf): Machine {
  const read = (path: string): string | null => {
    try {
      return readFileSync(path, 'latin1');
    } catch {
      // Absence is an answer.
      return null;
    }
  };
  return {
    exists: (path) => read(path) !== null,
    read,
    hasHelper: (helper) => lib.probeHelper(rawTracepointProgram, helper, null) === 1,
    hasMap: (type) => lib.probeMap(type, null) === 1,
  };
}

function missingPermissions(machine: Machine): MissingFeature[] {
  const missing: MissingFeature[] = [];
  const held = BigInt(
    `0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(machine.read('/proc/self/status') ?? '')?.[1] ?? '0'}`,
  );
  const has = (capability: number): boolean => ((held >> BigInt(capability)) & 1n) === 1n;
  const isAdmin = has(capabilities.sysAdmin);
  if (!isAdmin && !(has(capabilities.bpf) && has(capabilities.perfmon))) {
    missing.push({
      what: 'The process lacks the capabilities CAP_BPF and CAP_PERFMON',
      lost: everything,
      remedy: 'Run as root, or give the program both capabilities.',
      isFatal: true,
    });
  }
  if (/\[confidentiality\]/.test(machine.read('/sys/kernel/security/lockdown') ?? '')) {
    missing.push({
      what: 'The kernel is locked down for confidentiality',
      lost: everything,
      remedy: 'Boot with lockdown=integrity or without lockdown.',
      isFatal: true,
    });
  }
  if (!has(capabilities.sysPtrace) || !has(capabilities.dacReadSearch)) {
    missing.push({
      what: 'The process lacks the capabilities CAP_SYS_PTRACE or CAP_DAC_READ_SEARCH',
      lost: 'processes of other users that ran before the sensor are known only in part',
      remedy: 'Give the program both capabilities.',
      isFatal: false,
    });
  }
  return missing;
}

function missingKernel(machine: Machine): MissingFeature[] {
  const missing: MissingFeature[] = [];
  const fatal = (what: string, remedy: string): void => {
    missing.push({ what, lost: everything, remedy, isFatal: true });
  };
  if (!machine.exists('/sys/kernel/btf/vmlinux')) {
    fatal(
      'The kernel has no BTF type information (/sys/kernel/btf/vmlinux)',
      'Use a kernel built with CONFIG_DEBUG_INFO_BTF.',
    );
  }
  if (!machine.hasMap(ringBufferMap)) {
    fatal('The kernel has no BPF ring buffer', newKernel);
  }
  if (!machine.hasHelper(helpers.loop)) {
    fatal('The kernel has no bpf_loop', newKernel);
  }
  if (!machine.hasHelper(helpers.taskRegisters) || !machine.hasHelper(helpers.currentTask)) {
    fatal('The kernel does not show BPF programs the current task', newKernel);
  }
  return missing;
}
