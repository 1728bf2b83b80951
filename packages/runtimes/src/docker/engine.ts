import { AppError } from '@lanner/core';
import type { IncomingMessage } from 'node:http';

/** What the engine says of an image. */
export interface EngineImage {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
}

const maxAnswerBytes = 8 * 2 ** 20;
const timeoutMs = 30_000;

/** The API of Docker's engine, which Podman speaks too, over its unix socket. */
export class EngineClient {
  readonly #socket: string;

  constructor(socketPath: string) {
    this.#socket = socketPath;
  }

  /** Throws AppError 'artifact.missing' when the engine is not there or has no such image. */
  async image(name: string): Promise<EngineImage> {
    const answer = await this.#get(`/images/${encodeURIComponent(name)}/json`);
    let text = '';
    for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
      text += chunk;
      if (text.length > maxAnswerBytes) {
        throw new AppError('registry.answer', `${this.#socket} gives an answer that does not end`);
      }
    }
    try {
      const { Id, RepoTags, RepoDigests } = JSON.parse(text) as Record<string, unknown>;
      return { id: String(Id), repoTags: texts(RepoTags), repoDigests: texts(RepoDigests) };
    } catch (error) {
      throw new AppError('registry.answer', `${this.#socket} gives an answer that is no JSON`, {
        cause: error,
      });
    }
  }

  /** The image as a docker archive. */
  async save(name: string): Promise<AsyncIterable<Buffer>> {
    return (await this.#get(`/images/${encodeURIComponent(name)}/get`)) as AsyncIterable<Buffer>;
  }

  async #get(path: string): Promise<IncomingMessage> {
    const answer = await this.#ask(path);
    if (answer.statusCode !== 200) {
      answer.resume();
      const what = answer.statusCode === 404 ? 'has no such image' : `answered ${answer.statusCode ?? 0}`;
      throw new AppError('artifact.missing', `${this.#socket} ${what}`);
    }
    return answer;
  }

  async #ask(path: string): Promise<IncomingMessage> {
    // Takes long to load, and most scans ask no engine.
    const { request } = await import('node:http');
    return new Promise((resolve, reject) => {
      const asked = request(
        { socketPath: this.#socket, path, headers: { host: 'localhost' }, timeout: timeoutMs },
        resolve,
      );
      asked.on('timeout', () => asked.destroy(new Error('no answer')));
      asked.on('error', (error) =>
        reject(
          new AppError('artifact.missing', `${this.#socket} cannot be reached: ${error.message}`, {
            cause: error,
          }),
        ),
      );
      asked.end();
    });
  }
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The path of a socket given as `unix:///run/docker.sock` or as it is. Throws AppError 'usage.invalid' for other addresses. */
export function socketPath(address: string): string {
  const path = address.replace(/^unix:\/\//, '');
  if (/^\w+:\/\//.test(path)) {
    throw new AppError(
      'usage.invalid',
      `an engine at ${address} cannot be asked, only one at a unix socket`,
      {
        hint: 'Write it like unix:///run/docker.sock',
      },
    );
  }
  return path;
}
