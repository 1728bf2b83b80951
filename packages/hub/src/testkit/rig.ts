import { readdirSync } from 'node:fs';
import type { FalcoEvent } from '@lanner/api';
import type { Answer, ReceivedRequest } from './http-receiver.ts';
import type { SettingValue } from './settings.ts';

/** What the contract suite must know of a destination; each has one in `rigs/<id>.ts`. */
export type Rig = HttpRig | TcpRig | DatagramRig;

interface CommonRig {
  /** Texts of the settings that must not be told to anyone but the receiver. */
  readonly secrets: readonly string[];
}

/** A destination that speaks HTTP. */
export interface HttpRig extends CommonRig {
  readonly over: 'http';
  /** Settings with which it sends to `base`; addresses that are fixed are led there. */
  readonly settings: (base: string) => Readonly<Record<string, SettingValue>>;
  /** Texts of the alerts in a request, in order; none for requests about something else. Throws for what is not well-formed. Absent where only sums are told. */
  readonly outputs?: (request: ReceivedRequest) => readonly string[];
  /** What the hostile event must be besides, for a destination that takes not all. */
  readonly hostile?: Partial<FalcoEvent>;
  /** Default: 200 and nothing more. */
  readonly accept?: (request: ReceivedRequest) => Answer;
}

/** A destination that keeps a connection of its own protocol; e2e tests show it real servers. */
export interface TcpRig extends CommonRig {
  readonly over: 'tcp';
  /** False where the protocol has no answers, so that only a refused connection shows. */
  readonly acknowledged?: false;
  readonly settings: (port: number) => Readonly<Record<string, SettingValue>>;
}

/** A destination that sends datagrams, which nobody acknowledges. */
export interface DatagramRig extends CommonRig {
  readonly over: 'udp';
  readonly settings: (port: number) => Readonly<Record<string, SettingValue>>;
  /** How many events a datagram tells of, in order. */
  readonly count: (datagram: string) => number;
}

/** All rigs by the id of their destination. */
export async function loadRigs(): Promise<ReadonlyMap<string, Rig>> {
  const names = readdirSync(new URL('rigs/', import.meta.url)).filter((name) => name.endsWith('.ts'));
  const rigs = new Map<string, Rig>();
  for (const name of names) {
    const { rig } = (await import(new URL(`rigs/${name}`, import.meta.url).href)) as { rig: Rig };
    rigs.set(name.slice(0, -3), rig);
  }
  return rigs;
}
