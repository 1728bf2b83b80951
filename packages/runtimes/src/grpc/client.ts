import { Buffer } from 'node:buffer';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { AppError } from '@lanner/core';
import { maxAnswerBytes } from '../containers/limits.ts';
import { framed, FrameReader } from './frames.ts';

const statusOk = '0';
/** Not found, and not implemented: this runtime does not know of what is asked. */
const statusAbsent: readonly unknown[] = ['5', '12'];

export interface GrpcQuestion {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly message: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GrpcCall extends GrpcQuestion {
  readonly timeoutMs: number;
}

export interface GrpcStreamCall extends GrpcQuestion {
  /** Between two pieces of the answer. */
  readonly idleMs?: number;
}

/** Calls gRPC services behind a unix socket: one message there, and one or many back. */
export class GrpcClient {
  readonly socketPath: string;
  #session: ClientHttp2Session | null = null;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  /** The answer; null when there is no such thing. Throws AppError 'runtime.unreachable' or 'runtime.answer'. */
  async call({ timeoutMs, ...question }: GrpcCall): Promise<Buffer | null> {
    const { path, message } = question;
    const session = await this.#open();
    const stream = request(session, question, { 'grpc-timeout': `${timeoutMs}m` });
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
      this.#mustBeOk(path, status);
      return onlyMessage(content);
    } catch (error) {
      throw error instanceof AppError ? error : this.#unreachable(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Asks for messages without an end; resolves when the other side ends them. The connection does not keep the program
   * running. Throws AppError 'runtime.unreachable' or 'runtime.answer'.
   */
  async follow(question: GrpcQuestion, onMessage: (message: Buffer) => void): Promise<void> {
    for await (const message of this.messages(question)) {
      onMessage(message);
    }
  }

  /**
   * The messages of an answer that has many. The other side waits while nobody takes them; whoever takes no more ends the
   * call. With `idleMs` an answer that stands still for so long fails. Throws AppError 'runtime.unreachable' or
   * 'runtime.answer', the latter also when there is no such thing.
   */
  async *messages({ idleMs, ...question }: GrpcStreamCall): AsyncGenerator<Buffer> {
    const stream = request(await this.#open(), question, {});
    const status = statusOf(stream);
    const idle = idleTimer(stream, idleMs);
    let arrived: Buffer[] = [];
    const frames = new FrameReader((message) => arrived.push(message));
    try {
      stream.end(framed(question.message));
      for await (const piece of stream) {
        idle.restart();
        frames.push(piece as Buffer);
        const messages = arrived;
        arrived = [];
        yield* messages;
      }
      this.#mustBeOk(question.path, status());
    } catch (error) {
      throw error instanceof AppError ? error : this.#unreachable(error);
    } finally {
      idle.stop();
      stream.destroy();
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

  #mustBeOk(path: string, status: unknown): void {
    if (status !== statusOk) {
      throw new AppError('runtime.answer', 'A container runtime has refused a question', {
        details: { socket: this.socketPath, path, status },
      });
    }
  }

  #unreachable(cause: unknown): AppError {
    return new AppError('runtime.unreachable', 'A container runtime could not be reached', {
      cause,
      details: { socket: this.socketPath },
    });
  }
}

function request(
  session: ClientHttp2Session,
  { path, headers }: GrpcQuestion,
  more: Readonly<Record<string, string>>,
): ClientHttp2Stream {
  return session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...more,
    ...headers,
  });
}

/** How the call went, which its end or, where there is no answer, its beginning says. */
function statusOf(stream: ClientHttp2Stream): () => unknown {
  let status: unknown = null;
  const note = (headers: IncomingHttpHeaders): void => {
    status = headers['grpc-status'] ?? status;
  };
  stream.on('response', note);
  stream.on('trailers', note);
  return () => status;
}

/** Fails an answer that stands still; without a time it may. */
function idleTimer(
  stream: ClientHttp2Stream,
  idleMs: number | undefined,
): { restart: () => void; stop: () => void } {
  if (idleMs === undefined) {
    return { restart: () => undefined, stop: () => undefined };
  }
  const timer = setTimeout(() => {
    stream.destroy(new AppError('runtime.unreachable', 'A container runtime does not answer'));
  }, idleMs);
  return {
    restart: () => void timer.refresh(),
    stop: () => {
      clearTimeout(timer);
    },
  };
}

interface Collected {
  readonly content: Buffer;
  readonly status: unknown;
}

function collect(stream: ClientHttp2Stream): Promise<Collected> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const status = statusOf(stream);
    stream.on('data', (piece: Buffer) => {
      size += piece.length;
      pieces.push(piece);
      if (size > maxAnswerBytes) {
        stream.destroy(new AppError('runtime.answer', 'A container runtime answers with too much'));
      }
    });
    stream.on('error', reject);
    stream.on('close', () => {
      resolve({ content: Buffer.concat(pieces), status: status() });
    });
  });
}

/** The message of an answer that has but one. */
function onlyMessage(content: Buffer): Buffer {
  const messages: Buffer[] = [];
  new FrameReader((message) => messages.push(message)).push(content);
  const [message] = messages;
  if (message === undefined) {
    throw new AppError('runtime.answer', 'A container runtime has sent a damaged message');
  }
  return message;
}
