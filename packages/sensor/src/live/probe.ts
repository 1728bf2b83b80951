import { accessSync, constants, readFileSync, readlinkSync } from 'node:fs';
import { AppError } from '@lanner/core';
import type { Libbpf } from './libbpf.ts';
import { capabilities, heldCapabilities } from './privileges.ts';

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
  /** Whether there is a file that may be read. */
  readonly exists: (path: string) => boolean;
  /** null when the file cannot be read. */
  readonly read: (path: string) => string | null;
  /** Where a link leads; null when it leads nowhere, 'forbidden' when it may not be read. */
  readonly link: (path: string) => string | null;
  /** The number of the error with which the kernel refuses the smallest BPF map; 0 when it does not. */
  readonly bpfError: () => number;
  readonly hasHelper: (helper: number) => boolean;
  readonly hasMap: (type: number) => boolean;
}

const everything = 'no event of this machine can be seen';
const unknownProcesses = 'processes of other users that ran before the sensor are known only in part';
const newKernel = 'Run on Linux 5.17 or newer.';

const helpers = { currentTask: 158, taskRegisters: 175, loop: 181 } as const;
const arrayMap = 2;
const ringBufferMap = 27;
const rawTracepointProgram = 17;
const forbidden = 'forbidden';
/** Number of the pid namespace that the machine starts with, the same everywhere (include/linux/proc_ns.h). */
const firstPidNamespace = 0xefff_fffc;

/** What is missing on this machine, the worst first. */
export function probeMachine(machine: Machine): MissingFeature[] {
  const permissions = missingPermissions(machine);
  // Who may not ask the kernel cannot tell what it lacks.
  const kernel = permissions.some(({ isFatal }) => isFatal) ? [] : missingKernel(machine);
  return [...permissions, ...kernel].sort((a, b) => Number(b.isFatal) - Number(a.isFatal));
}

/** Throws the one thing that must be mended first. */
export function requireFeatures(missing: readonly MissingFeature[]): void {
  const first = missing.find((feature) => feature.isFatal);
  if (first !== undefined) {
    throw new AppError('sensor.unavailable', `${first.what}: ${first.lost}.`, { hint: first.remedy });
  }
}

export function thisMachine(lib: Libbpf): Machine {
  const read = (path: string): string | null => orNull(() => readFileSync(path, 'latin1'));
  return {
    exists: isReadable,
    read,
    link: linkOf,
    bpfError: () => {
      const fd = lib.createMap(arrayMap, 'lanner_probe', 4, 4, 1, null);
      if (fd < 0) {
        return -fd;
      }
      lib.close(fd);
      return 0;
    },
    hasHelper: (helper) => lib.probeHelper(rawTracepointProgram, helper, null) === 1,
    hasMap: (type) => lib.probeMap(type, null) === 1,
  };
}

/** Without reading it: the kernel's type information is megabytes. */
function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    // Absence is an answer.
    return false;
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? forbidden : null;
  }
}

/** null when it cannot be read: absence is an answer. */
function orNull(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function missingPermissions(machine: Machine): MissingFeature[] {
  const status = machine.read('/proc/self/status') ?? '';
  const { effective } = heldCapabilities(status);
  const has = (capability: number): boolean => ((effective >> BigInt(capability)) & 1n) === 1n;
  const missing: MissingFeature[] = [];
  if (!has(capabilities.sysAdmin) && !(has(capabilities.bpf) && has(capabilities.perfmon))) {
    missing.push({
      what: 'The process lacks the capabilities CAP_BPF and CAP_PERFMON',
      lost: everything,
      remedy: 'Run as root, or give the program both capabilities.',
      isFatal: true,
    });
  }
  missing.push(...lockdown(machine), ...(missing.length === 0 ? refusedBpf(machine, status) : []));
  if (!has(capabilities.sysPtrace) || !has(capabilities.dacReadSearch)) {
    missing.push({
      what: 'The process lacks the capabilities CAP_SYS_PTRACE or CAP_DAC_READ_SEARCH',
      lost: unknownProcesses,
      remedy: 'Give the program both capabilities.',
      isFatal: false,
    });
  } else {
    missing.push(...hiddenProcesses(machine));
  }
  return [...missing, ...ownPidNamespace(machine)];
}

function lockdown(machine: Machine): MissingFeature[] {
  // The file is there only where securityfs is mounted.
  const mode = machine.read('/sys/kernel/security/lockdown') ?? '';
  const asked = machine.read('/proc/cmdline') ?? '';
  if (!mode.includes('[confidentiality]') && !/\blockdown=confidentiality\b/.test(asked)) {
    return [];
  }
  return [
    {
      what: 'The kernel is locked down for confidentiality',
      lost: everything,
      remedy: 'Boot with lockdown=integrity or without lockdown.',
      isFatal: true,
    },
  ];
}

/** Why the kernel refuses a process with all capabilities the system call bpf. */
function refusedBpf(machine: Machine, status: string): MissingFeature[] {
  const error = machine.bpfError();
  if (error === 0) {
    return [];
  }
  const isFiltered = /^Seccomp:\s*2$/m.test(status);
  const reasons = isFiltered
    ? {
        what: 'A seccomp profile forbids the system call bpf',
        remedy:
          'Use a profile that allows bpf, or none: seccompProfile.type Unconfined in Kubernetes, --security-opt seccomp=unconfined in Docker and Podman.',
      }
    : {
        what: `The kernel refuses the system call bpf (error ${error})`,
        remedy:
          'Look in the log of the kernel for what a security module, such as SELinux or AppArmor, has denied.',
      };
  return [{ ...reasons, lost: everything, isFatal: true }];
}

/** A profile may hide processes even from all capabilities; without one, the first process may hide for reasons of its own. */
function hiddenProcesses(machine: Machine): MissingFeature[] {
  const profile = /^(.*) \(enforce\)\0?\n?$/.exec(machine.read('/proc/self/attr/current') ?? '')?.[1];
  if (profile === undefined || machine.link('/proc/1/exe') !== forbidden) {
    return [];
  }
  return [
    {
      what: `The AppArmor profile ${profile} hides other processes`,
      lost: unknownProcesses,
      remedy:
        'Run unconfined (appArmorProfile.type Unconfined in Kubernetes, --security-opt apparmor=unconfined in Docker), or allow ptrace in the profile.',
      isFatal: false,
    },
  ];
}

function ownPidNamespace(machine: Machine): MissingFeature[] {
  const namespace = machine.link('/proc/self/ns/pid');
  if (namespace === null || namespace === `pid:[${firstPidNamespace}]`) {
    return [];
  }
  return [
    {
      what: 'The process is in a pid namespace of its own',
      lost: 'processes are not found by the numbers that events have: neither those that ran before the sensor nor those of a scope',
      remedy: 'Run with hostPID: true in Kubernetes, or --pid=host in Docker and Podman.',
      isFatal: false,
    },
  ];
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
