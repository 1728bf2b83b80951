import { describe, expect, test } from 'vitest';
import { liveHeaderBytes } from './live-header.ts';
import { overlapBytes, Ring } from './ring.ts';

const busy = 0x8000_0000;
const discard = 0x4000_0000;
/** The header, and what the programs write behind it at most. */
const longestBytes = liveHeaderBytes + 32_768 + 8192;

/** A ring in plain memory, whose overlap is written with the start, as the kernel maps it. */
class FakeRing {
  readonly consumer: ArrayBuffer;
  readonly producer: ArrayBuffer;
  readonly ring: Ring;
  readonly #ringBytes: number;
  readonly #pageBytes: number;
  #position: number;

  constructor(pageBytes: number, ringBytes: number, position = 0) {
    this.#pageBytes = pageBytes;
    this.#ringBytes = ringBytes;
    this.#position = position;
    this.consumer = new ArrayBuffer(pageBytes);
    this.producer = new ArrayBuffer(pageBytes + ringBytes + overlapBytes(ringBytes));
    new BigUint64Array(this.consumer, 0, 1)[0] = BigInt(position);
    new BigUint64Array(this.producer, 0, 1)[0] = BigInt(position);
    this.ring = new Ring({ consumer: this.consumer, producer: this.producer, ringBytes, pageBytes });
  }

  /** Appends a record; gives where its header is. */
  write(data: Uint8Array, flags = 0): number {
    const at = this.#position % this.#ringBytes;
    this.#put(at, new Uint8Array(Uint32Array.of((data.length | flags) >>> 0, 0).buffer));
    this.#put(at + 8, data);
    this.#position += (data.length + 15) & ~7;
    new BigUint64Array(this.producer, 0, 1)[0] = BigInt(this.#position);
    return at;
  }

  /** Takes the busy bit off the record whose header is at `at`. */
  commit(at: number, length: number): void {
    this.#put(at, new Uint8Array(Uint32Array.of(length).buffer));
  }

  get consumed(): number {
    return Number(new BigUint64Array(this.consumer, 0, 1)[0]);
  }

  #put(at: number, data: Uint8Array): void {
    const area = new Uint8Array(this.producer, this.#pageBytes);
    for (const [index, byte] of data.entries()) {
      const place = (at + index) % this.#ringBytes;
      area[place] = byte;
      // Beyond the overlap nothing is mapped.
      if (place < overlapBytes(this.#ringBytes)) {
        area[place + this.#ringBytes] = byte;
      }
    }
  }
}

/** The bytes of the next record, or null. */
function take(ring: Ring): string | null {
  const at = ring.peek();
  if (at < 0) {
    return null;
  }
  const text = String.fromCharCode(...ring.bytes.subarray(at, at + ring.length));
  ring.advance();
  return text;
}

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

describe.each([4096, 16_384, 65_536])('a ring with pages of %i bytes', (pageBytes) => {
  test('gives the records in order, also across the end of the area', () => {
    const fake = new FakeRing(pageBytes, pageBytes);
    for (let i = 0; i < 3 * (pageBytes / 32); i++) {
      const text = `record ${i} ${'x'.repeat(i % 50)}`;
      fake.write(bytes(text));
      expect(take(fake.ring)).toBe(text);
      fake.ring.publish();
    }
    expect(take(fake.ring)).toBeNull();
  });

  test('gives the longest record whole at any place of a ring that is larger than the overlap', () => {
    const fake = new FakeRing(pageBytes, 262_144);
    for (let i = 0; i < 20; i++) {
      const record = new Uint8Array(longestBytes).fill(i);
      fake.write(record);
      const at = fake.ring.peek();
      expect(Buffer.compare(fake.ring.bytes.subarray(at, at + fake.ring.length), record)).toBe(0);
      fake.ring.advance();
      fake.ring.publish();
    }
  });

  test('gives space back only when asked', () => {
    const fake = new FakeRing(pageBytes, pageBytes);
    fake.write(bytes('one'));
    take(fake.ring);
    expect(fake.consumed).toBe(0);
    fake.ring.publish();
    expect(fake.consumed).toBe(16);
  });

  test('waits for a record that is still being written, and passes over one that was given up', () => {
    const fake = new FakeRing(pageBytes, pageBytes);
    fake.write(bytes('gone'), discard);
    const at = fake.write(bytes('late'), busy);
    fake.write(bytes('next'));
    expect(take(fake.ring)).toBeNull();
    fake.commit(at, 4);
    expect(take(fake.ring)).toBe('late');
    expect(take(fake.ring)).toBe('next');
  });

  test('goes on past positions of 32 bits', () => {
    const fake = new FakeRing(pageBytes, pageBytes, 2 ** 32 - 16);
    for (const text of ['before', 'across', 'behind', 'later']) {
      fake.write(bytes(text));
      expect(take(fake.ring)).toBe(text);
    }
    fake.ring.publish();
    expect(fake.consumed).toBe(2 ** 32 - 16 + 4 * 16);
    expect(fake.ring.backlog).toBe(0);
  });
});
