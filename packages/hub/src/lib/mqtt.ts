import type { Duplex } from 'node:stream';

export interface MqttLogin {
  readonly clientId: string;
  /** Both empty: none. */
  readonly user: string;
  readonly password: string;
}

export interface MqttMessage {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

type Packet = readonly [firstByte: number, body: Buffer];

/** Types of packets (the high half of the first byte) of MQTT 3.1.1, OASIS standard, chapter 3. */
const kinds = { connack: 2, puback: 4, pubrec: 5, pubcomp: 7, pingresp: 13 } as const;
const largestAnswer = 65_536;
/** Messages on their way at once: brokers hang up on more than they allow, Mosquitto on more than 20 with QoS 2. */
const window = 16;
const refusals: Readonly<Record<number, string>> = {
  1: 'it speaks another version of MQTT',
  2: 'it refuses the client id',
  3: 'it is not available',
  4: 'user or password are wrong',
  5: 'this user is not authorised',
};

/** One session of MQTT 3.1.1 over a stream, for publishing only. Every wait ends with an error when the stream does. */
export class MqttPublisher {
  readonly #stream: Duplex;
  #buffer = Buffer.alloc(0);
  #waiting: { resolve: (packet: Packet) => void; reject: (error: Error) => void }[] = [];
  #packets: Packet[] = [];
  #failure: Error | null = null;
  #nextId = 1;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    stream.on('error', (error) => {
      this.#fail(error);
    });
    stream.on('close', () => {
      this.#fail(new Error('the connection ended'));
    });
  }

  async login({ clientId, user, password }: MqttLogin): Promise<void> {
    const flags = 0b10 | (user === '' ? 0 : 0x80) | (password === '' ? 0 : 0x40);
    this.#write(0x10, [
      text('MQTT'),
      // Level 4, and no keep-alive: every use of the session waits for an answer anyway.
      Buffer.from([4, flags, 0, 0]),
      text(clientId),
      ...(user === '' ? [] : [text(user)]),
      ...(password === '' ? [] : [text(password)]),
    ]);
    const body = await this.#expect(kinds.connack);
    const code = body[1] ?? 255;
    if (code !== 0) {
      throw new Error(`the login failed: ${refusals[code] ?? `code ${code}`}`);
    }
  }

  /** Resolves when the server has taken all messages: by their acknowledgements, or with QoS 0 by a ping behind them. */
  async publish(messages: readonly MqttMessage[]): Promise<void> {
    for (let start = 0; start < messages.length; start += window) {
      await this.#publishWindow(messages.slice(start, start + window));
    }
    if (messages.some(({ qos }) => qos === 0)) {
      this.#write(0xc0, []);
      await this.#expect(kinds.pingresp);
    }
  }

  end(): void {
    this.#write(0xe0, []);
    this.#stream.end();
  }

  async #publishWindow(messages: readonly MqttMessage[]): Promise<void> {
    const ids: [number, 1 | 2][] = [];
    for (const { topic, payload, qos, retain } of messages) {
      const parts = [text(topic)];
      if (qos > 0) {
        const id = this.#takeId();
        ids.push([id, qos as 1 | 2]);
        parts.push(idBytes(id));
      }
      this.#write(0x30 | (qos << 1) | (retain ? 1 : 0), [...parts, Buffer.from(payload)]);
    }
    // All were written before the first release, so all are received before the first is complete.
    for (const [id, qos] of ids) {
      sameId(await this.#expect(qos === 1 ? kinds.puback : kinds.pubrec), id);
      if (qos === 2) {
        this.#write(0x62, [idBytes(id)]);
      }
    }
    for (const [id] of ids.filter(([, qos]) => qos === 2)) {
      sameId(await this.#expect(kinds.pubcomp), id);
    }
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId = id === 65_535 ? 1 : id + 1;
    return id;
  }

  #write(firstByte: number, parts: readonly Buffer[]): void {
    const body = Buffer.concat(parts);
    this.#stream.write(Buffer.concat([Buffer.from([firstByte, ...remainingLength(body.length)]), body]));
  }

  async #expect(kind: number): Promise<Buffer> {
    const [firstByte, body] = await this.#next();
    if (firstByte >> 4 !== kind) {
      throw new Error(`the server answered with a packet of type ${firstByte >> 4} instead of ${kind}`);
    }
    return body;
  }

  #next(): Promise<Packet> {
    const packet = this.#packets.shift();
    if (packet !== undefined) {
      return Promise.resolve(packet);
    }
    if (this.#failure !== null) {
      return Promise.reject(this.#failure);
    }
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #receive(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (let packet = this.#cut(); packet !== null; packet = this.#cut()) {
      const waiter = this.#waiting.shift();
      if (waiter === undefined) {
        this.#packets.push(packet);
      } else {
        waiter.resolve(packet);
      }
    }
    if (this.#buffer.length > largestAnswer || this.#packets.length > largestAnswer) {
      this.#stream.destroy(new Error('the server does not speak MQTT'));
    }
  }

  /** The first whole packet of what has arrived. */
  #cut(): Packet | null {
    let length = 0;
    for (let i = 1; i <= 4; i++) {
      const byte = this.#buffer[i];
      if (byte === undefined) {
        return null;
      }
      length += (byte & 0x7f) * 128 ** (i - 1);
      if (byte < 0x80) {
        const end = i + 1 + length;
        if (this.#buffer.length < end) {
          return null;
        }
        const packet = [this.#buffer[0] ?? 0, this.#buffer.subarray(i + 1, end)] as const;
        this.#buffer = this.#buffer.subarray(end);
        return packet;
      }
    }
    this.#stream.destroy(new Error('the server does not speak MQTT'));
    return null;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) {
      reject(this.#failure);
    }
  }
}

function sameId(body: Buffer, id: number): void {
  const answered = body.length >= 2 ? body.readUInt16BE(0) : 0;
  if (answered !== id) {
    throw new Error(`the server acknowledged message ${answered} instead of ${id}`);
  }
}

function idBytes(id: number): Buffer {
  return Buffer.from([id >> 8, id & 0xff]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([idBytes(bytes.length), bytes]);
}

function remainingLength(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return bytes;
}
