import { AppError } from '@lanner/core';
import type { IncomingMessage } from 'node:http';
import { type JsonObject, stringOf, stringsOf } from '../containers/json.ts';
import { EngineSocket } from './engine-socket.ts';

/** What the engine says of an image. */
export interface EngineImage {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
}

/** Between two pieces of an answer: an image is long, and an engine may have to put it together first. */
const patience = { idleMs: 30_000 };

/** Images of Docker's engine, or of Podman, over its unix socket. */
export class EngineClient {
  readonly #socket: EngineSocket;

  constructor(socketPath: string) {
    this.#socket = new EngineSocket(socketPath);
  }

  /** Throws AppError 'artifact.missing' when the engine is not there or has no such image, 'registry.answer' for nonsense. */
  async image(name: string): Promise<EngineImage> {
    const image = this.#existing(
      await this.#asArtifact(this.#socket.getJson(`/images/${encodeURIComponent(name)}/json`, patience)),
    );
    return {
      id: stringOf(image['Id']),
      repoTags: stringsOf(image['RepoTags']),
      repoDigests: stringsOf(image['RepoDigests']),
    };
  }

  /** The image as a docker archive. */
  async save(name: string): Promise<AsyncIterable<Buffer>> {
    return this.#existing(
      await this.#asArtifact(this.#socket.get(`/images/${encodeURIComponent(name)}/get`, patience)),
    ) as AsyncIterable<Buffer>;
  }

  close(): void {
    this.#socket.close();
  }

  #existing<T extends JsonObject | IncomingMessage>(found: T | null): T {
    if (found === null) {
      throw new AppError('artifact.missing', `${this.#socket.path} has no such image`);
    }
    return found;
  }

  /** Whoever looks for an image is told of it in those words. */
  async #asArtifact<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw error;
      }
      const { path } = this.#socket;
      const { cause } = error;
      if (error.code === 'runtime.unreachable') {
        const why = cause instanceof Error ? `: ${cause.message}` : '';
        throw new AppError('artifact.missing', `${path} cannot be reached${why}`, { cause });
      }
      const { status } = error.details;
      throw typeof status === 'number'
        ? new AppError('artifact.missing', `${path} answered ${status}`)
        : new AppError('registry.answer', `${path}: ${error.message}`, { cause });
    }
  }
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
