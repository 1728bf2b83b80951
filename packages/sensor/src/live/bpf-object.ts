import { AppError } from '@lanner/core';
import type { Libbpf, Pointer } from './libbpf.ts';

const ringBufferMap = 27;
const anyElement = 0;

/** Sizes that are known when the programs are loaded. */
export interface MapSizes {
  readonly cpus: number;
  readonly rings: number;
  /** Of each ring. */
  readonly ringBytes: number;
  /** Uses of files that are remembered as told. */
  readonly evidenceFiles: number;
  /** Processes that a scope has room for; null: what the object says. */
  readonly scopeProcesses: number | null;
}

/** The loaded BPF programs with their maps. */
export class BpfObject {
  readonly #lib: Libbpf;
  readonly #object: Pointer;
  readonly #links: Pointer[] = [];
  readonly #ringFds: number[] = [];

  /**
   * Starts to load the programs of a file into the kernel. Checking them takes the kernel hundreds of milliseconds, on
   * another thread: this one has other things to do meanwhile.
   */
  static load(lib: Libbpf, path: string, sizes: MapSizes): Promise<BpfObject> {
    const object = openObject(lib, path, sizes);
    return lib.loadObjectBeside(object).then((result) => {
      if (result === 0) {
        return new BpfObject(lib, object, sizes);
      }
      lib.closeObject(object);
      return BpfObject.#loadHere(lib, path, sizes);
    });
  }

  /** Why the first attempt failed was not heard: the second one says it, or succeeds where a signal came between. */
  static #loadHere(lib: Libbpf, path: string, sizes: MapSizes): BpfObject {
    const object = openObject(lib, path, sizes);
    const { result, said } = lib.listen(() => lib.loadObject(object));
    if (result !== 0) {
      const error = failure(lib, 'The kernel refused the BPF programs', said, -result);
      lib.closeObject(object);
      throw error;
    }
    return new BpfObject(lib, object, sizes);
  }

  private constructor(lib: Libbpf, object: Pointer, { rings, ringBytes }: MapSizes) {
    this.#lib = lib;
    this.#object = object;
    this.#createRings(rings, ringBytes);
  }

  get ringFds(): readonly number[] {
    return this.#ringFds;
  }

  fd(map: string): number {
    return this.#lib.mapFd(this.#map(map));
  }

  /** Lets the programs run at their tracepoints. */
  attach(): void {
    const lib = this.#lib;
    for (let program = lib.nextProgram(this.#object, null); program !== null;) {
      const current = program;
      const { result: link, said } = lib.listen(() => lib.attach(current));
      if (link === null) {
        throw failure(lib, `The BPF program ${lib.programName(current)} could not be attached`, said);
      }
      this.#links.push(link);
      program = lib.nextProgram(this.#object, current);
    }
  }

  /** Puts a key into a set: a hash map whose values mean nothing. */
  addKey(map: string, key: Uint8Array): void {
    if (this.#lib.updateElement(this.fd(map), key, Uint8Array.of(1), anyElement) !== 0) {
      throw failure(this.#lib, 'The scope of the sensor has no room', '');
    }
  }

  close(): void {
    for (const link of this.#links.splice(0)) {
      this.#lib.destroyLink(link);
    }
    for (const fd of this.#ringFds.splice(0)) {
      this.#lib.close(fd);
    }
    this.#lib.closeObject(this.#object);
  }

  #createRings(count: number, bytes: number): void {
    const lib = this.#lib;
    for (let index = 0; index < count; index++) {
      const fd = lib.createMap(ringBufferMap, 'lanner_ring', 0, 0, bytes, null);
      if (fd < 0) {
        throw failure(lib, 'A ring of the sensor could not be made', '');
      }
      this.#ringFds.push(fd);
      if (lib.updateElement(this.fd('rings'), word(index), word(fd), anyElement) !== 0) {
        throw failure(lib, 'A ring of the sensor could not be put in place', '');
      }
    }
  }

  #map(name: string): Pointer {
    return findMap(this.#lib, this.#object, name);
  }
}

function openObject(
  lib: Libbpf,
  path: string,
  { cpus, rings, evidenceFiles, scopeProcesses }: MapSizes,
): Pointer {
  const { result: object, said } = lib.listen(() => lib.openObject(path, null));
  if (object === null) {
    throw failure(lib, 'The BPF object could not be opened', said);
  }
  for (const map of ['counters', 'scratches', 'filter_work']) {
    lib.setMaxEntries(findMap(lib, object, map), cpus);
  }
  lib.setMaxEntries(findMap(lib, object, 'rings'), rings);
  lib.setMaxEntries(findMap(lib, object, 'evidence_told'), evidenceFiles);
  if (scopeProcesses !== null) {
    lib.setMaxEntries(findMap(lib, object, 'scope_tgids'), scopeProcesses);
  }
  return object;
}

function findMap(lib: Libbpf, object: Pointer, name: string): Pointer {
  const map = lib.findMap(object, name);
  if (map === null) {
    throw failure(lib, `The BPF object has no map ${name}`, '');
  }
  return map;
}

/** Bytes of a 32-bit number as maps have them. */
export function word(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

export function doubleWord(value: bigint): Uint8Array {
  return new Uint8Array(BigUint64Array.of(value).buffer);
}

function failure(lib: Libbpf, message: string, said: string, errno: number = lib.errno()): AppError {
  return new AppError('sensor.failed', message, {
    hint: `Report the kernel's version with this: ${lastLines(said)}`,
    details: { errno, libbpf: lib.version, said: said.slice(-4000) },
  });
}

/** The end of what was said, where the reason stands, in one line. */
function lastLines(said: string): string {
  return said.trimEnd().split('\n').slice(-6).join(' | ').slice(-600);
}
