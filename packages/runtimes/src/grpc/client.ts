import { Buffer } from 'node:buffer';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { AppError } from '@lanner/core';
import { maxAnswerBytes } from '../containers/limits.ts';

const statusOk = '0';
/** Not found, and not implemented: this runtime does not know of what is asked. */
const statusAbsent: readonly unknown[] = ['5', '12'];
const prefixBytes = 5;

export interface GrpcCall {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly message: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Calls gRPC services behind a unix socket, one message each way. */
export class GrpcClient {
  readonly socketPath: string;
  #session: ClientHttp2Session | null = null;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  /** The answer; null when there is no such thing. Throws AppError 'runtime.unreachable' or 'runtime.answer'. */
  async call({ path, message, headers, timeoutMs }: GrpcCall): Promise<Buffer | null> {
    const session = await this.#open();
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': `${timeoutMs}m`,
      ...headers,
    });
    const timer = setTimeout(() => {
      stream.destroy(new AppError('runtime.unreachable', 'A container runtime does not answer'));
      // A connection that does not answer is not used again.
      this.#drop(session);
    }, timeoutMs);
    try {
      stream.end(framed(message));
      const { content, status } = await collect(stream);
      if (statusAbsent.includes(status)) {
        return null;
      }
      if (status !== statusOk) {
        throw new AppError('runtime.answer', 'A container runtime has refused a question', {
          details: { socket: this.socketPath, path, status },
        });
      }
      return unframed(content);
    } catch (error) {
      throw error instanceof AppError ? error : this.#unreachable(error);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    if (this.#session !== null) {
      this.#drop(this.#session);
    }
  }

  async #open(): Promise<ClientHttp2Session> {
    // Take long to load, and most commands ask no runtime.
    const [{ connect }, { createConnection }] = await Promise.all([import('node:http2'), import('node:net')]);
    if (this.#session !== null && !this.#session.closed && !this.#session.destroyed) {
      return this.#session;
    }
    const session = connect('http://localhost', {
      createConnection: () => createConnection(this.socketPath),
      settings: { enablePush: false },
      maxSessionMemory: 16,
    });
    // Each call that waits fails by itself.
    session.on('error', () => {
      this.#drop(session);
    });
    session.unref();
    this.#session = session;
    return session;
  }

  #drop(session: ClientHttp2Session): void {
    if (this.#session === session) {
      this.#session = null;
    }
    session.destroy();
  }

  #unreachable(cause: unknown): AppError {
    return new AppError('runtime.unreachable', 'A container runtime could not be reached', {
      cause,
      details: { socket: this.socketPath },
    });
  }
}

interface Collected {
  readonly content: Buffer;
  readonly status: unknown;
}

function collect(stream: ClientHttp2Stream): Promise<Collected> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    let status: unknown = null;
    const note = (headers: IncomingHttpHeaders): void => {
      status = headers['grpc-status'] ?? status;
    };
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('data', (piece: Buffer) => {
      size += piece.length;
      pieces.push(piece);
      if (size > maxAnswerBytes) {
        stream.destroy(new AppError('runtime.answer', 'A container runtime answers with too much'));
      }
    });
    stream.on('error', reject);
    stream.on('close', () => {
      resolve({ content: Buffer.concat(pieces), status });
    });
  });
}

function framed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** The message behind its prefix: not compressed, and whole. */
function unframed(content: Buffer): Buffer {
  if (
    content.length < prefixBytes ||
    content[0] !== 0 ||
    content.readUInt32BE(1) > content.length - prefixBytes
  ) {
    throw new AppError('runtime.answer', 'A container runtime has sent a damaged message');
  }
  return content.subarray(prefixBytes, prefixBytes + content.readUInt32BE(1));
}
