import { eventId, type EventView } from '@lanner/engine';
import { writeLatin1 } from '../capture/latin1.ts';

const pluginEvent = eventId('PLUGINEVENT_E');
const headerBytes = 26;
/** Two parameters, each with a length of four bytes, since plugin events may be large. */
const lengthBytes = 8;
const pluginIdBytes = 4;
const payloadOffset = headerBytes + lengthBytes + pluginIdBytes;

/** Writes plugin events as scap bytes into a buffer of its own, which the next event overwrites. */
export class PluginEventBuilder {
  readonly #pluginId: number;
  #bytes = new Uint8Array(8192);
  #view = new DataView(this.#bytes.buffer);

  constructor(pluginId: number) {
    this.#pluginId = pluginId;
  }

  /** Size in bytes of the buffer. */
  get bufferedBytes(): number {
    return this.#bytes.length;
  }

  /** Points the view at an event of this time (ns since 1970) with this payload (a byte string). */
  build(event: EventView, ts: bigint, payload: string): void {
    const size = payloadOffset + payload.length;
    if (size > this.#bytes.length) {
      this.#bytes = new Uint8Array(2 ** Math.ceil(Math.log2(size)));
      this.#view = new DataView(this.#bytes.buffer);
    }
    const view = this.#view;
    view.setBigUint64(0, ts, true);
    // Plugin events belong to no thread.
    view.setBigInt64(8, -1n, true);
    view.setUint32(16, size, true);
    view.setUint16(20, pluginEvent, true);
    view.setUint32(22, 2, true);
    view.setUint32(headerBytes, pluginIdBytes, true);
    view.setUint32(headerBytes + 4, payload.length, true);
    view.setUint32(headerBytes + lengthBytes, this.#pluginId, true);
    writeLatin1(this.#bytes, payloadOffset, payload);
    event.reset(this.#bytes, view, 0, 0);
  }
}
