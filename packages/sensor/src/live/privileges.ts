import { readFileSync } from 'node:fs';
import { AppError } from '@lanner/core';
import type { Libbpf } from './libbpf.ts';

/** Numbers of capabilities (linux/capability.h). */
export const capabilities = { dacReadSearch: 2, sysPtrace: 19, sysAdmin: 21, perfmon: 38, bpf: 39 } as const;

/** _LINUX_CAPABILITY_VERSION_3: sets of 64 bits as two structures of three words. */
const version = 0x2008_0522;
const noNewPrivileges = 38;
const wordBits = 32n;

/** Capabilities of this thread, as bits. */
export interface HeldCapabilities {
  readonly permitted: bigint;
  readonly effective: bigint;
}

export function heldCapabilities(status: string): HeldCapabilities {
  const set = (name: string): bigint =>
    BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`);
  return { permitted: set('CapPrm'), effective: set('CapEff') };
}

/**
 * What the thread of an open sensor still needs: to put processes into the scope, and to read what /proc shows of
 * processes of other users. Where the system call bpf was allowed by CAP_SYS_ADMIN alone, that stays.
 */
export function neededCapabilities({ permitted }: HeldCapabilities): bigint {
  const { dacReadSearch, sysPtrace, sysAdmin, bpf } = capabilities;
  const forBpf = (permitted & bit(bpf)) === 0n ? sysAdmin : bpf;
  return permitted & (bit(dacReadSearch) | bit(sysPtrace) | bit(forBpf));
}

/**
 * Takes from the calling thread, for good, what an open sensor does not need: all other capabilities, and that a program
 * which it starts could have more than it has. Other threads keep theirs. Throws AppError when the kernel refuses.
 */
export function dropPrivileges(lib: Pick<Libbpf, 'capset' | 'prctl' | 'errno'>): void {
  const held = heldCapabilities(readFileSync('/proc/thread-self/status', 'latin1'));
  const kept = neededCapabilities(held);
  // Nothing is inherited, so that the ambient set becomes empty, too.
  if (
    lib.prctl(noNewPrivileges, 1, 0, 0, 0) !== 0 ||
    lib.capset(header(), sets(held.effective & kept, kept)) !== 0
  ) {
    throw new AppError('sensor.failed', 'The thread of the sensor could not give up its privileges', {
      details: { errno: lib.errno() },
    });
  }
}

function bit(capability: number): bigint {
  return 1n << BigInt(capability);
}

/** Of the calling thread. */
function header(): Uint8Array {
  return new Uint8Array(Uint32Array.of(version, 0).buffer);
}

function sets(effective: bigint, permitted: bigint): Uint8Array {
  const halves = [0n, wordBits].flatMap((shift) =>
    [effective, permitted, 0n].map((set) => Number(BigInt.asUintN(32, set >> shift))),
  );
  return new Uint8Array(Uint32Array.from(halves).buffer);
}
