/**
 * The memory that the BPF programs read while they run: `struct control` of packages/sensor/bpf/maps.h. Changing it
 * takes no system call.
 */
export const maxSyscalls = 512;
/** Of socketcall, and of ipc. */
export const maxCarriedCalls = 32;

/** Where the switches begin, behind the routes. */
const switchesAt = 2 * maxSyscalls + 2 * maxCarriedCalls;
const at = {
  routes: 0,
  compatRoutes: maxSyscalls,
  socketcallRoutes: 2 * maxSyscalls,
  ipcRoutes: 2 * maxSyscalls + maxCarriedCalls,
  isExecWanted: switchesAt,
  isExitWanted: switchesAt + 1,
  isReaderWaiting: switchesAt + 2,
  scope: switchesAt + 3,
  ownTgid: switchesAt + 4,
  cpusPerRing: switchesAt + 5,
  pageKb: switchesAt + 6,
  snapLength: switchesAt + 7,
  evidence: switchesAt + 8,
  evidenceWindow: switchesAt + 9,
} as const;
const bootEpochAt = (at.evidenceWindow + 1) * 4;

/** Size of the structure in bytes. */
export const controlBytes: number = bootEpochAt + 8;

/** Bits of `scope`; 0 stands for the whole machine. */
export const scopeBits = { tgids: 1, follow: 2, cgroups: 4, mountNamespaces: 8 } as const;

/** Bits of `evidence`. */
export const evidenceBits = { mappings: 1, opens: 2 } as const;

/** What the programs are told once, before they are attached. */
export interface ControlSettings {
  readonly scope: number;
  readonly ownTgid: number;
  readonly cpusPerRing: number;
  readonly pageKb: number;
  readonly snapLength: number;
}

/** Which system calls give events, by their numbers; see routes.ts. */
export interface Routes {
  readonly native: Uint32Array;
  readonly compat: Uint32Array;
  readonly socketcall: Uint32Array;
  readonly ipc: Uint32Array;
  readonly exec: boolean;
  readonly exit: boolean;
}

export class Control {
  readonly #words: Int32Array;
  readonly #bootEpoch: BigUint64Array;

  /** @param memory at least `controlBytes` that the programs see too. */
  constructor(memory: ArrayBuffer) {
    this.#words = new Int32Array(memory, 0, bootEpochAt / 4);
    this.#bootEpoch = new BigUint64Array(memory, bootEpochAt, 1);
  }

  configure(settings: ControlSettings): void {
    this.#set(at.ownTgid, settings.ownTgid);
    this.#set(at.cpusPerRing, settings.cpusPerRing);
    this.#set(at.pageKb, settings.pageKb);
    this.#set(at.snapLength, settings.snapLength);
    this.#set(at.scope, settings.scope);
  }

  /** Each call's route changes at once; no event is delivered under a wrong type meanwhile. */
  setRoutes(routes: Routes): void {
    this.#setAll(at.routes, routes.native);
    this.#setAll(at.compatRoutes, routes.compat);
    this.#setAll(at.socketcallRoutes, routes.socketcall);
    this.#setAll(at.ipcRoutes, routes.ipc);
    this.#set(at.isExecWanted, Number(routes.exec));
    this.#set(at.isExitWanted, Number(routes.exit));
  }

  /** What is told of files beside what rules want: bits of `evidenceBits`, each file once within so many seconds. */
  setEvidence(kinds: number, windowS: number): void {
    this.#set(at.evidenceWindow, windowS);
    this.#set(at.evidence, kinds);
  }

  /** Asks the programs to wake the reader at the next event, or no longer. */
  setWaiting(isWaiting: boolean): void {
    this.#set(at.isReaderWaiting, Number(isWaiting));
  }

  /** What is to be added to the time since boot to have the time since 1970, in ns. */
  set bootEpochNs(ns: bigint) {
    Atomics.store(this.#bootEpoch, 0, ns);
  }

  #setAll(from: number, values: Uint32Array): void {
    for (let i = 0; i < values.length; i++) {
      this.#set(from + i, values[i] ?? 0);
    }
  }

  #set(index: number, value: number): void {
    Atomics.store(this.#words, index, value);
  }
}
