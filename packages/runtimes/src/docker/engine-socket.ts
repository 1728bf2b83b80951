import { Buffer } from 'node:buffer';
import type { Agent, IncomingMessage, RequestOptions } from 'node:http';
import { AppError } from '@lanner/core';
import { type JsonObject, parseJson } from '../containers/json.ts';
import { maxAnswerBytes } from '../containers/limits.ts';

const maxConnections = 8;
const statusOk = 200;
const statusNotFound = 404;

/** When a question is given up: after all of it took too long, or when nothing came for so long. */
export interface EnginePatience {
  readonly signal?: AbortSignal;
  readonly idleMs?: number;
}

/** The Engine API of Docker, which Podman has too, behind a unix socket. */
export class EngineSocket {
  readonly path: string;
  #agent: Agent | null = null;

  constructor(path: string) {
    this.path = path;
  }

  /** The answer before its content; null for what the engine does not have. Throws AppError 'runtime.*'. */
  async get(path: string, patience: EnginePatience): Promise<IncomingMessage | null> {
    const answer = await this.#ask(path, patience);
    const { statusCode } = answer;
    if (statusCode === statusOk) {
      return answer;
    }
    // The connection is used again once the rest has been read.
    answer.resume();
    if (statusCode === statusNotFound) {
      return null;
    }
    throw new AppError('runtime.answer', 'A container runtime has refused a question', {
      details: { socket: this.path, path, status: statusCode },
    });
  }

  /** The object that the engine answers; null for what it does not have. Throws AppError 'runtime.*'. */
  async getJson(path: string, patience: EnginePatience): Promise<JsonObject | null> {
    const answer = await this.get(path, patience);
    return answer === null ? null : parseJson((await this.#read(answer)).toString('utf8'));
  }

  /** Takes the lines of an answer without an end; resolves when the engine ends it. Throws AppError 'runtime.*'. */
  async follow(path: string, onLine: (line: string) => void): Promise<void> {
    const answer = await this.get(path, {});
    if (answer === null) {
      return;
    }
    // Nobody waits for what may never come.
    answer.socket.unref();
    let rest = '';
    try {
      for await (const piece of answer.setEncoding('utf8') as AsyncIterable<string>) {
        const lines = (rest + piece).split('\n');
        rest = lines.pop() ?? '';
        lines.filter((line) => line.trim() !== '').forEach(onLine);
        if (rest.length > maxAnswerBytes) {
          throw new AppError('runtime.answer', 'A container runtime answers with too much');
        }
      }
    } catch (error) {
      throw error instanceof AppError ? error : this.#unreachable(error);
    }
  }

  close(): void {
    this.#agent?.destroy();
  }

  async #ask(path: string, { signal, idleMs }: EnginePatience): Promise<IncomingMessage> {
    // Takes long to load, and most scans ask no engine.
    const { Agent, request } = await import('node:http');
    this.#agent ??= new Agent({ keepAlive: true, maxSockets: maxConnections });
    const options: RequestOptions = {
      socketPath: this.path,
      path,
      agent: this.#agent,
      headers: { host: 'localhost' },
      ...(signal === undefined ? {} : { signal }),
      ...(idleMs === undefined ? {} : { timeout: idleMs }),
    };
    return new Promise((resolve, reject) => {
      const asked = request(options, resolve);
      asked.on('timeout', () => asked.destroy(new Error('no answer')));
      asked.on('error', (error) => {
        reject(this.#unreachable(error));
      });
      asked.end();
    });
  }

  async #read(answer: IncomingMessage): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let size = 0;
    try {
      for await (const piece of answer as AsyncIterable<Buffer>) {
        size += piece.length;
        if (size > maxAnswerBytes) {
          throw new AppError('runtime.answer', 'A container runtime answers with too much');
        }
        pieces.push(piece);
      }
    } catch (error) {
      throw error instanceof AppError ? error : this.#unreachable(error);
    }
    return Buffer.concat(pieces);
  }

  #unreachable(cause: unknown): AppError {
    return new AppError('runtime.unreachable', 'A container runtime could not be reached', {
      cause,
      details: { socket: this.path },
    });
  }
}
