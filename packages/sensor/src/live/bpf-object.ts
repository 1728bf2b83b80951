import { AppError } from '@lanner/core';
import type { Libbpf, Pointer } from './libbpf.ts';

const ringBufferMap = 27;
const anyElement = 0;

/** The loaded BPF programs with their maps. */
export class BpfObject {
  readonly #lib: Libbpf;
  readonly #object: Pointer;
  readonly #links: Pointer[] = [];
  readonly #ringFds: number[] = [];

  /** Opens the object and sets the sizes of its maps; `ringBytes` of each of `rings` rings. */
  constructor(lib: Libbpf, path: string, sizes: { cpus: number; rings: number; ringBytes: number }) {
    this.#lib = lib;
    const { result: object, said } = lib.listen(() => lib.openObject(path, null));
    if (object === null) {
      throw failure(lib, 'The BPF object could not be opened', said);
    }
    this.#object = object;
    lib.setMaxEntries(this.#map('counters'), sizes.cpus);
    lib.setMaxEntries(this.#map('scratches'), sizes.cpus);
    lib.setMaxEntries(this.#map('filter_work'), sizes.cpus);
    lib.setMaxEntries(this.#map('rings'), sizes.rings);
    const loaded = lib.listen(() => lib.loadObject(object));
    if (loaded.result !== 0) {
      const error = failure(lib, 'The kernel refused the BPF programs', loaded.said, -loaded.result);
      lib.closeObject(object);
      throw error;
    }
    this.#createRings(sizes.rings, sizes.ringBytes);
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
    const map = this.#lib.findMap(this.#object, name);
    if (map === null) {
      throw failure(this.#lib, `The BPF object has no map ${name}`, '');
    }
    return map;
  }
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
    hint: 'Run with debug logging and report the kernel version.',
    details: { errno, libbpf: lib.version, said: said.slice(-4000) },
  });
}
