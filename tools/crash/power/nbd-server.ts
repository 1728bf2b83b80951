// A network block device for one client on a Unix socket, as the NBD project documents the protocol: fixed newstyle
// negotiation, simple replies, reads, writes, flushes.
import { createServer, type Server, type Socket } from 'node:net';
import type { VolatileDisk } from './volatile-disk.ts';

const magic = Buffer.from('NBDMAGICIHAVEOPT');
const optionMagic = Buffer.from('IHAVEOPT');
const replyMagic = 0x3e889045565a9n;
const requestMagic = 0x25609513;
const answerMagic = 0x67446698;
/** Fixed newstyle, and no zeroes after the old way of naming an export. */
const handshakeFlags = 0b11;
/** There are flags; flush and forced writes are understood. */
const transmissionFlags = 0b1101;
const options = { exportName: 1, abort: 2, list: 3, info: 6, go: 7 } as const;
const replies = { ack: 1, info: 3, unsupported: 2 ** 31 + 1 } as const;
const commands = { read: 0, write: 1, disconnect: 2, flush: 3 } as const;
const forcedWrite = 1;
const errors = { none: 0, invalid: 22 } as const;
const maxRequestBytes = 32 * 2 ** 20;

/** Serves a disk until `freeze`, from when on no request is answered and nothing is written any more. */
export class NbdServer {
  readonly #disk: VolatileDisk;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #frozen = false;
  #trap: { readonly writes: number; readonly caught: () => void } = {
    writes: Infinity,
    caught: () => undefined,
  };
  /** What went wrong in a connection, for whoever looks for the reason of a failure. */
  readonly problems: string[] = [];

  private constructor(disk: VolatileDisk) {
    this.#disk = disk;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', (error) => this.problems.push(error.message));
      socket.on('close', () => this.#sockets.delete(socket));
      this.#serve(socket).catch((error: unknown) => {
        this.problems.push(String(error));
        socket.destroy();
      });
    });
  }

  static async listen(disk: VolatileDisk, path: string): Promise<NbdServer> {
    const server = new NbdServer(disk);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject);
      server.#server.listen(path, resolve);
    });
    return server;
  }

  /** The moment at which the power goes. */
  freeze(): void {
    this.#frozen = true;
    this.#trap.caught();
  }

  /** Freezes at the moment at which the disk has so many writes that were not flushed, and resolves then. */
  freezeAt(writes: number): Promise<void> {
    return new Promise((caught) => {
      this.#trap = { writes, caught };
    });
  }

  async close(): Promise<void> {
    this.#frozen = true;
    this.#sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(socket: Socket): Promise<void> {
    const reader = new ByteReader(socket);
    socket.write(Buffer.concat([magic, uint16(handshakeFlags)]));
    await reader.read(4);
    if (await this.#negotiate(socket, reader)) {
      await this.#answerRequests(socket, reader);
    }
  }

  /** False when the client goes. */
  async #negotiate(socket: Socket, reader: ByteReader): Promise<boolean> {
    for (;;) {
      const head = await reader.read(16);
      if (head === null) {
        return false;
      }
      if (!head.subarray(0, 8).equals(optionMagic)) {
        throw new Error('this is no option of a block device client');
      }
      const option = head.readUInt32BE(8);
      await reader.read(head.readUInt32BE(12));
      const size = uint64(BigInt(this.#disk.size));
      switch (option) {
        case options.exportName:
          socket.write(Buffer.concat([size, uint16(transmissionFlags)]));
          return true;
        case options.info:
        case options.go:
          socket.write(
            reply(option, replies.info, Buffer.concat([uint16(0), size, uint16(transmissionFlags)])),
          );
          socket.write(reply(option, replies.ack));
          if (option === options.go) {
            return true;
          }
          break;
        case options.abort:
          socket.end(reply(option, replies.ack));
          return false;
        default:
          socket.write(reply(option, replies.unsupported));
      }
    }
  }

  async #answerRequests(socket: Socket, reader: ByteReader): Promise<void> {
    for (;;) {
      const request = await nextRequest(reader);
      if (request === null || this.#frozen) {
        return;
      }
      const answer = this.#perform(request);
      if (this.#disk.unflushed >= this.#trap.writes) {
        this.freeze();
        return;
      }
      const error = answer === null ? errors.invalid : errors.none;
      socket.write(Buffer.concat([uint32(answerMagic), uint32(error), request.cookie]));
      if (answer !== null && answer.length > 0) {
        socket.write(answer);
      }
    }
  }

  /** What follows the answer; null for what cannot be done. */
  #perform({ command, offset, length, bytes, isForced }: Request): Buffer | null {
    const isWithin = offset + length <= this.#disk.size;
    if (command === commands.flush) {
      this.#disk.flush();
      return Buffer.alloc(0);
    }
    if (command === commands.read && isWithin && length <= maxRequestBytes) {
      return this.#disk.read(offset, length);
    }
    if (command === commands.write && isWithin) {
      this.#disk.write(offset, bytes);
      if (isForced) {
        this.#disk.flush();
      }
      return Buffer.alloc(0);
    }
    return null;
  }
}

interface Request {
  readonly command: number;
  readonly offset: number;
  readonly length: number;
  /** What is to be written. */
  readonly bytes: Buffer;
  /** The write has to be on the disk when it is answered. */
  readonly isForced: boolean;
  /** Names the request in its answer. */
  readonly cookie: Buffer;
}

/** Null when the client goes. Throws for what is no request. */
async function nextRequest(reader: ByteReader): Promise<Request | null> {
  const head = await reader.read(28);
  if (head === null) {
    return null;
  }
  if (head.readUInt32BE(0) !== requestMagic) {
    throw new Error('this is no request of a block device client');
  }
  const command = head.readUInt16BE(6);
  const length = head.readUInt32BE(24);
  const isWrite = command === commands.write;
  if (isWrite && length > maxRequestBytes) {
    throw new Error(`a write of ${length} bytes is too long`);
  }
  const bytes = isWrite ? await reader.read(length) : Buffer.alloc(0);
  if (bytes === null || command === commands.disconnect) {
    return null;
  }
  const offset = Number(head.readBigUInt64BE(16));
  const isForced = (head.readUInt16BE(4) & forcedWrite) !== 0;
  return { command, offset, length, bytes, isForced, cookie: head.subarray(8, 16) };
}

/** Takes so many bytes at a time from what comes. */
class ByteReader {
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    socket.on('data', (chunk) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      this.#wake();
    });
    socket.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** Null when nothing comes any more. */
  async read(length: number): Promise<Buffer | null> {
    while (this.#length < length) {
      if (this.#ended) {
        return null;
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    this.#chunks.length = 0;
    this.#length = all.length - length;
    if (this.#length > 0) {
      this.#chunks.push(all.subarray(length));
    }
    return all.subarray(0, length);
  }
}

function reply(option: number, type: number, bytes: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([uint64(replyMagic), uint32(option), uint32(type), uint32(bytes.length), bytes]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
