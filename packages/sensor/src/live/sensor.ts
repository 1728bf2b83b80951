import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, type Log } from '@lanner/core';
import { EventView, type KernelFilter, type StateView } from '@lanner/engine';
import { blankState } from '../capture/blank-state.ts';
import { latin1 } from '../capture/latin1.ts';
import { BootClock } from './boot-clock.ts';
import { BpfObject } from './bpf-object.ts';
import { Control, controlBytes, evidenceBits } from './control.ts';
import { counterBytes, Counters, type LiveStats } from './counters.ts';
import { encodeFilter, FilterMaps, filterSlotBytes, filterSwitchBytes } from './filter-maps.ts';
import { type Libbpf, loadLibbpf } from './libbpf.ts';
import { LiveHeader, liveHeaderBytes } from './live-header.ts';
import { MappedMemory } from './memory.ts';
import { RingMerger } from './merge.ts';
import { dropPrivileges } from './privileges.ts';
import { type MissingFeature, probeMachine, requireFeatures, thisMachine } from './probe.ts';
import { cleanProgramParts } from './program-parts.ts';
import { recordedTypes } from './recorded-types.ts';
import { RingSleep } from './ring-sleep.ts';
import { Ring } from './ring.ts';
import { type Architecture, routesFor, typeOfInterest } from './routes.ts';
import { addProcess, fillScope, type LiveScope, scopeKinds } from './scope.ts';

/** What is decided when the programs are loaded. */
export interface PrepareOptions {
  /** Size of each ring, a power of two; default 8 MiB. */
  readonly ringBytes?: number;
  /** CPUs that share a ring; default: all share one. */
  readonly cpusPerRing?: number;
  readonly log: Log;
  /** Where the BPF object lies; default: in this package. */
  readonly objectPath?: string;
  /** Uses of files that evidence remembers as told; default: 1, for who wants no evidence. About 100 bytes each. */
  readonly evidenceFiles?: number;
  /** Processes that a scope has room for at a time; default 65,536. Others count as lost. */
  readonly scopeProcesses?: number;
  /** Where libbpf lies, asked before the dynamic loader. */
  readonly libbpfPath?: string;
}

export interface OpenOptions {
  /** null: the whole machine, but for this process. */
  readonly scope: LiveScope | null;
  /** Numbers of the event types that are delivered; default: none until `setInterest`. */
  readonly interest?: Iterable<number>;
  /** Bytes recorded of data that is sent or received; default 80, as Falco has it. */
  readonly snapLength?: number;
  /** What the event's fields are read from; default: nothing is known. */
  readonly state?: StateView;
}

/** What is told of files beside what rules want. */
export interface EvidenceSettings {
  readonly mappings?: boolean;
  readonly opens?: boolean;
  /** Seconds in which a file is told once. */
  readonly windowS: number;
}

export type LiveSensorOptions = PrepareOptions & OpenOptions;

/** Programs in the kernel that see nothing yet. To be opened or closed once. */
export interface PreparedSensor {
  /** Attached and reading. */
  readonly open: (options: OpenOptions) => LiveSensor;
  readonly close: () => void;
}

/** Takes an event, which is valid during the call. */
export type LiveEventHandler = (event: EventView, header: LiveHeader) => void;

const defaults = { ringBytes: 8 << 20, snapLength: 80, budget: 16_384 } as const;
/** Read bytes are given back to the kernel at the latest when they are this many. */
const publishBytes = 256 << 10;
/** After a batch, for as long as this events may gather: waking up for each would cost the traced processes. */
const napMs = 2;
const longestWaitMs = 1000;
/** MADV_DONTNEED */
const dontNeed = 4;

/** Opens the sensor, attached and reading. Fails with one clear sentence when the machine lacks something. */
export async function openLiveSensor(options: LiveSensorOptions): Promise<LiveSensor> {
  const { ready } = await prepareLiveSensor(options);
  return (await ready).open(options);
}

/**
 * Loads the programs, so that opening the sensor takes no time. Resolves when another thread is at it: what this one does
 * until the sensor is ready costs no time. Fails with one clear sentence when the machine lacks something.
 */
export async function prepareLiveSensor(
  options: PrepareOptions,
): Promise<{ readonly ready: Promise<PreparedSensor> }> {
  const objectPath = options.objectPath ?? defaultObjectPath();
  const paths = [join(dirname(objectPath), 'libbpf.so.1')];
  if (options.libbpfPath !== undefined) {
    paths.unshift(options.libbpfPath);
  }
  const lib = await loadLibbpf(paths);
  const missing = probeMachine(thisMachine(lib));
  requireFeatures(missing);
  for (const feature of missing) {
    options.log.warn('the machine lacks something', { ...feature });
  }
  const ringBytes = checkedRingBytes(options.ringBytes ?? defaults.ringBytes, lib.pageSize());
  const cpus = lib.cpuCount();
  const cpusPerRing = Math.min(options.cpusPerRing ?? cpus, cpus);
  const sizes = {
    cpus,
    rings: Math.ceil(cpus / cpusPerRing),
    ringBytes,
    evidenceFiles: options.evidenceFiles ?? 1,
    scopeProcesses: options.scopeProcesses ?? null,
  };
  const ready = BpfObject.load(lib, objectPath, sizes).then((object): PreparedSensor => ({
    open: (open) => new LiveSensor({ lib, object, cpus, cpusPerRing, ringBytes, missing }, open),
    close: () => {
      object.close();
    },
  }));
  return { ready };
}

/** What has been made ready for a sensor. */
interface SensorParts {
  readonly lib: Libbpf;
  readonly object: BpfObject;
  readonly cpus: number;
  readonly cpusPerRing: number;
  readonly ringBytes: number;
  readonly missing: readonly MissingFeature[];
}

/** The events of the living machine. To be used by one thread. */
export class LiveSensor {
  /** What the machine lacks that the sensor can do without. */
  readonly missing: readonly MissingFeature[];
  readonly #lib: Libbpf;
  readonly #object: BpfObject;
  readonly #memory: MappedMemory;
  readonly #control: Control;
  readonly #counters: Counters;
  readonly #rings: readonly Ring[];
  readonly #merger: RingMerger;
  readonly #filter: FilterMaps;
  readonly #clock: BootClock;
  readonly #event: EventView;
  readonly #header = new LiveHeader();
  readonly #sleep: RingSleep;
  readonly #sleeper = new Int32Array(new SharedArrayBuffer(4));
  #wasBusy = false;
  #isClosed = false;

  constructor({ lib, object, cpus, cpusPerRing, ringBytes, missing }: SensorParts, options: OpenOptions) {
    this.#lib = lib;
    this.missing = missing;
    this.#clock = new BootClock(lib);
    this.#memory = new MappedMemory(lib);
    this.#object = object;
    this.#control = new Control(this.#memory.map(this.#object.fd('.bss'), controlBytes));
    this.#counters = new Counters(this.#memory.map(this.#object.fd('counters'), counterBytes(cpus)), cpus);
    this.#filter = new FilterMaps(
      new Uint8Array(this.#memory.map(this.#object.fd('filter_slots'), 2 * filterSlotBytes)),
      new Uint8Array(this.#memory.map(this.#object.fd('filter_switch'), filterSwitchBytes)),
    );
    this.#rings = this.#object.ringFds.map((fd) => new Ring(this.#memory.ring(fd, ringBytes)));
    this.#merger = new RingMerger(this.#rings);
    this.#sleep = new RingSleep(lib, this.#object.ringFds);
    this.#event = new EventView(options.state ?? blankState, latin1);
    this.#control.bootEpochNs = this.#clock.offsetNs;
    fillScope(this.#object, options.scope);
    this.#control.configure({
      scope: scopeKinds(options.scope),
      ownTgid: process.pid,
      cpusPerRing,
      pageKb: lib.pageSize() / 1024,
      snapLength: options.snapLength ?? defaults.snapLength,
    });
    this.setInterest(options.interest ?? []);
    this.#object.attach();
    // The kernel's type information took tens of megabytes while the programs were fitted to it.
    lib.trim();
  }

  /** Hands out at most `budget` events that wait, in the order of time; gives their number. */
  poll(handle: LiveEventHandler, budget: number = defaults.budget): number {
    let count = 0;
    try {
      while (count < budget && !this.#isClosed) {
        const ring = this.#merger.next();
        if (ring === null) {
          break;
        }
        count++;
        this.#deliver(ring, this.#merger.at, handle);
      }
    } finally {
      this.#publish();
    }
    this.#wasBusy = count > 0;
    return count;
  }

  /**
   * Blocks until there may be events or the bell rings, at most for the time given or a second. Right after events it
   * naps for 2 ms, so that those that follow come in batches; only a reader with nothing to do is woken by the kernel.
   */
  wait(timeoutMs: number): void {
    if (this.#clock.refresh()) {
      this.#control.bootEpochNs = this.#clock.offsetNs;
    }
    if (this.#wasBusy) {
      Atomics.wait(this.#sleeper, 0, 0, Math.min(napMs, timeoutMs));
      return;
    }
    this.#control.setWaiting(true);
    // An event that came before the flag was seen wakes nobody.
    if (!this.#rings.some((ring) => ring.backlog > 0)) {
      this.#sleep.wait(Math.min(timeoutMs, longestWaitMs));
    }
    this.#control.setWaiting(false);
  }

  /**
   * A descriptor that ends a wait when 8 bytes with a number above 0 are written to it: for threads that have something
   * to say to the one that reads. It is the caller's, who closes it once nobody waits any more. To be asked for once.
   */
  takeBell(): number {
    return this.#sleep.takeBell();
  }

  /**
   * Numbers of the event types that are delivered from here on, or of single calls (`singleCall`); of those that
   * `recordedTypes` has.
   */
  setInterest(types: Iterable<number>): void {
    const recorded = [...types].filter((type) => recordedTypes.has(typeOfInterest(type)));
    this.#control.setRoutes(routesFor(recorded, architecture()));
  }

  /**
   * Drops in the kernel what the filter drops of the types of interest; null lets everything through again. On a reload:
   * null, then the new rules and their interest, then their filter.
   */
  setFilter(filter: KernelFilter | null): void {
    if (filter === null) {
      this.#filter.widen();
    } else {
      this.#filter.narrow(encodeFilter(filter));
    }
  }

  /**
   * Tells of files in use although no rule wants the event: executable mappings, opens, or both, each file of a mount
   * namespace once within the window. Their types have to be of interest; `isEvidence` tells the events apart. null:
   * nothing beside what rules want.
   */
  setEvidence(wanted: EvidenceSettings | null): void {
    const { mappings = false, opens = false, windowS = 0 } = wanted ?? {};
    const kinds = (mappings ? evidenceBits.mappings : 0) | (opens ? evidenceBits.opens : 0);
    this.#control.setEvidence(kinds, windowS);
  }

  /** Adds a process; what it starts belongs to the scope too, unless the scope was opened otherwise. */
  addToScope(tgid: number): void {
    addProcess(this.#object, tgid);
  }

  stats(): LiveStats {
    return this.#counters.stats();
  }

  /** Gives freed memory of the C library back to the system; takes about a millisecond. */
  trim(): void {
    this.#lib.trim();
  }

  /**
   * Gives the system back what only the start needed: freed memory, and the pages of the runtime's program file that are
   * in memory (tens of megabytes, most of them never touched again). What is touched comes back from the file.
   */
  release(): void {
    this.#lib.trim();
    const smaps = readFileSync('/proc/self/smaps', 'latin1');
    for (const { at, length } of cleanProgramParts(smaps, process.execPath)) {
      this.#lib.advise(at, length, dontNeed);
    }
  }

  /** Takes from the thread of the sensor, for good, what it does not need any more; no other sensor can be opened by it. */
  dropPrivileges(): void {
    dropPrivileges(this.#lib);
  }

  /** Detaches the programs. Nothing is handed out from here on. */
  close(): void {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#object.close();
      this.#memory.release();
    }
  }

  #deliver(ring: Ring, at: number, handle: LiveEventHandler): void {
    const header = this.#header;
    const event = this.#event;
    header.reset(ring.bytes, ring.view, at);
    const { cpu } = header;
    this.#counters.note(cpu, header.sequenceLow);
    event.reset(ring.bytes, ring.view, at + liveHeaderBytes, cpu);
    event.live = header;
    event.num++;
    // What was read before this event is nobody's any more.
    if (ring.held > publishBytes) {
      ring.publish();
    }
    ring.advance();
    handle(event, header);
  }

  #publish(): void {
    if (!this.#isClosed) {
      for (const ring of this.#rings) {
        ring.publish();
      }
    }
  }
}

/** The architecture of this process as the tables of system calls name it. */
function architecture(): Architecture {
  return process.arch === 'arm64' ? 'arm64' : 'x64';
}

function defaultObjectPath(): string {
  const name = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  // In this package, or beside the bundle.
  const paths = ['../../bpf', '.'].map((folder) =>
    fileURLToPath(new URL(`${folder}/lanner.${name}.bpf.o`, import.meta.url)),
  );
  return paths.find((path) => existsSync(path)) ?? join('bpf', `lanner.${name}.bpf.o`);
}

function checkedRingBytes(bytes: number, pageBytes: number): number {
  if (!Number.isInteger(Math.log2(bytes)) || bytes < pageBytes || bytes > 2 ** 30) {
    throw new AppError('sensor.failed', 'The size of the ring must be a power of two from a page to 1 GiB', {
      details: { bytes, pageBytes },
    });
  }
  return bytes;
}
