import type { SystemCall } from '@lanner/sensor';

/** What a behaviour has at hand. */
export interface Stage {
  readonly call: SystemCall;
  /** Runs a program and waits for its end. */
  readonly run: (argv: readonly string[], env?: Readonly<Record<string, string>>) => void;
  /** An empty folder of its own. */
  readonly folder: string;
}

/** Something harmless that a rule has to see. */
export interface Behaviour {
  readonly id: string;
  /** What kind of rules live on it: files, network, processes, kernel. */
  readonly family: 'files' | 'network' | 'processes' | 'kernel';
  /** What is done, as a sentence. */
  readonly doc: string;
  /** The condition of the rule that has to match. */
  readonly condition: string;
  readonly act: (stage: Stage) => unknown;
}

export const currentDirectory = -100;

/** Bits of open flags that are the same everywhere. */
export const open = { write: 1, create: 0o100 } as const;

/** An internet address of the loopback, as the kernel takes it. */
export function loopback(port: number): Uint8Array {
  return Uint8Array.from([2, 0, port >> 8, port & 0xff, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
}

/** A descriptor of a new socket: internet by default, stream 1 or datagram 2. */
export function socket({ call }: Stage, type: 1 | 2, domain = 2): number {
  return call('socket', domain, type, 0);
}

/** Listens at a port of the loopback that is free; gives descriptor and port. */
export function listen(stage: Stage): { readonly fd: number; readonly port: number } {
  const { call } = stage;
  const fd = socket(stage, 1);
  call('bind', fd, loopback(0), 16);
  call('listen', fd, 1);
  const address = new Uint8Array(16);
  call('getsockname', fd, address, Uint32Array.of(address.length) as unknown as Uint8Array);
  return { fd, port: ((address[2] ?? 0) << 8) | (address[3] ?? 0) };
}
