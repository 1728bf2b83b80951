import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { type CgroupLayout, cgroupLayouts, containerId, marks } from './init.ts';
import type { Architecture } from './packages.ts';

const machines = {
  amd64: { program: 'qemu-system-x86_64', flags: ['-M', 'q35', '-cpu', 'max'], console: 'ttyS0' },
  // With `max`, the emulation of pointer authentication makes a boot six times as long.
  arm64: { program: 'qemu-system-aarch64', flags: ['-M', 'virt', '-cpu', 'cortex-a72'], console: 'ttyAMA0' },
} as const;

/** A self-test takes two minutes under emulation, and many times as long beside other work. */
const longestRunMs = 2_400_000;

/** What one guest said. */
export interface GuestRun {
  /** null when the guest ended before the self-test did. */
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
  /** Whether a process of a container was seen in it, by the layout of control groups; absent when not tried. */
  readonly containers: Readonly<Partial<Record<CgroupLayout, boolean>>>;
  /** All of the console. */
  readonly console: string;
  readonly seconds: number;
}

/** Boots a kernel under emulation and gives what the self-test said in it. */
export function runGuest(kernelFolder: string, initramfs: string, architecture: Architecture): GuestRun {
  const { program, flags, console } = machines[architecture];
  const [kernel] = globSync('boot/vmlinuz-*', { cwd: kernelFolder });
  const started = performance.now();
  const { stdout, error } = spawnSync(
    program,
    [
      ...['-accel', 'tcg', ...flags, '-smp', '2', '-m', '1024'],
      ...['-nographic', '-no-reboot', '-nodefaults', '-serial', 'stdio'],
      ...['-kernel', join(kernelFolder, kernel ?? ''), '-initrd', initramfs],
      ...['-append', `console=${console} quiet panic=-1`],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], timeout: longestRunMs, maxBuffer: 1 << 26, encoding: 'utf8' },
  );
  // After the longest run there is a part of the console, which tells more than the error does.
  if (error !== undefined && (error as NodeJS.ErrnoException).code !== 'ETIMEDOUT') {
    throw error;
  }
  return { ...parseConsole(stdout), seconds: (performance.now() - started) / 1000 };
}

/** What firmware says to the terminal that it takes the serial line for: `ESC c`, `ESC [ ? 7 l` and the like. */
// eslint-disable-next-line no-control-regex -- It is about control characters.
const terminalSequence = /\u001b(?:c|\[[?\d;]*[A-Za-z])/g;

/** Takes what the self-test said out of what came over the serial line. */
export function parseConsole(text: string): Omit<GuestRun, 'seconds'> {
  const console = text.replaceAll('\r', '').replaceAll(terminalSequence, '').trimStart();
  const { output, errors, end } = marks;
  const parts = new RegExp(`^${output}\n([^]*)^${errors}\n([^]*)^${end} (\\d+)$`, 'm').exec(console);
  return {
    exitCode: parts === null ? null : Number(parts[3]),
    output: parts?.[1] ?? '',
    errors: parts?.[2] ?? '',
    containers: parseContainers(console),
    console,
  };
}

function parseContainers(console: string): GuestRun['containers'] {
  const wanted = `id=${containerId.slice(0, 12)} `;
  return Object.fromEntries(
    cgroupLayouts.flatMap((layout) => {
      const line = new RegExp(`^${marks.cgroups} ${layout} (.*)$`, 'm').exec(console);
      return line === null ? [] : [[layout, `${line[1] ?? ''} `.includes(wanted)]];
    }),
  );
}
