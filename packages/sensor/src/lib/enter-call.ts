import type { EventView } from '@lanner/engine';
import { int64, textOf, uint } from './params.ts';
import { paramBytes } from './socket-address.ts';

/** What the enter event of a call said; old captures have them, and their exit events say less. */
export interface EnterCall {
  /** The event type. */
  readonly type: number;
  /** A path, `<NA>` when it could not be read. */
  readonly path: string;
  readonly flags: number;
  readonly dirFd: number;
  /** Bytes of a socket address. */
  readonly address: Uint8Array;
}

/** Falco has no room for longer events. */
const maxEventBytes = 4096;

/** Which parameters of an enter event hold what. */
export interface EnterParameters {
  readonly path?: number;
  readonly flags?: number;
  readonly dirFd?: number;
  readonly address?: number;
}

/** Takes what an enter event says out of it; null for one that Falco does not keep. */
export function readEnterCall(event: EventView, parameters: EnterParameters): EnterCall | null {
  if (event.size > maxEventBytes) {
    return null;
  }
  const { path, flags, dirFd, address } = parameters;
  return {
    type: event.type,
    path: path === undefined ? '' : textOf(event, path),
    flags: flags === undefined ? 0 : uint(event, flags),
    dirFd: dirFd === undefined ? 0 : int64(event, dirFd),
    // Copied, since the event's bytes are gone before the exit event comes.
    address: address === undefined ? noBytes : paramBytes(event, address).slice(),
  };
}

const noBytes = new Uint8Array(0);
