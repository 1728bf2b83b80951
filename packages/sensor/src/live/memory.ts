import { AppError } from '@lanner/core';
import type { Libbpf, Pointer } from './libbpf.ts';
import { overlapBytes, type RingMemory } from './ring.ts';

const protRead = 1;
const protWrite = 2;
const mapShared = 1;
const mapPrivate = 2;
const mapFixed = 0x10;
const mapAnonymous = 0x20;
const failed = -1n;

interface Mapping {
  readonly at: Pointer;
  readonly length: number;
}

/**
 * Maps of the kernel in this process's memory. What has been mapped stays readable after `release`, as zeros: a view
 * that somebody has kept must not end the process.
 */
export class MappedMemory {
  readonly #lib: Libbpf;
  readonly #mappings: Mapping[] = [];
  readonly pageBytes: number;

  constructor(lib: Libbpf) {
    this.#lib = lib;
    this.pageBytes = lib.pageSize();
  }

  /** The first `length` bytes of an array map's values, to read and write. */
  map(fd: number, length: number): ArrayBuffer {
    return this.#map(fd, this.#roundUp(length), protRead | protWrite, 0);
  }

  ring(fd: number, ringBytes: number): RingMemory {
    const { pageBytes } = this;
    return {
      consumer: this.#map(fd, pageBytes, protRead | protWrite, 0),
      producer: this.#map(fd, pageBytes + ringBytes + overlapBytes(ringBytes), protRead, pageBytes),
      ringBytes,
      pageBytes,
    };
  }

  release(): void {
    for (const { at, length } of this.#mappings.splice(0)) {
      this.#lib.mmap(at, length, protRead | protWrite, mapPrivate | mapFixed | mapAnonymous, -1, 0);
    }
  }

  #map(fd: number, length: number, protection: number, offset: number): ArrayBuffer {
    const at = this.#lib.mmap(null, length, protection, mapShared, fd, offset);
    if (BigInt.asIntN(64, at) === failed) {
      throw new AppError('sensor.failed', 'Memory of the BPF programs could not be mapped', {
        details: { errno: this.#lib.errno(), length },
      });
    }
    this.#mappings.push({ at, length });
    return this.#lib.view(at, length);
  }

  #roundUp(length: number): number {
    return Math.ceil(length / this.pageBytes) * this.pageBytes;
  }
}
