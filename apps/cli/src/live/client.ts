import { AppError, type Log } from '@lanner/core';
import type { BlindInterval } from './blind.ts';
import type { RecordedPiece } from './recorder.ts';
import type {
  ContainerQuestion,
  EngineCalls,
  EngineMessage,
  EngineRequest,
  LiveAlert,
  LiveFigures,
  Taken,
} from './protocol.ts';

/** A worker, or a port in a test. */
export interface EnginePort {
  readonly postMessage: (message: EngineRequest | Taken) => void;
  readonly on: (event: 'message', listener: (message: EngineMessage) => void) => unknown;
}

export interface ClientOptions {
  readonly port: EnginePort;
  readonly onAlerts: (alerts: readonly LiveAlert[]) => void;
  readonly onFigures: (figures: LiveFigures) => void;
  readonly onBlind: (intervals: readonly BlindInterval[]) => void;
  readonly onContainer: (question: ContainerQuestion) => void;
  readonly onPiece: (piece: RecordedPiece) => void;
  readonly log: Log;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The main thread's side of the thread that owns ring, state and rules. */
export class EngineClient {
  readonly #options: ClientOptions;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #failure: Error | null = null;

  constructor(options: ClientOptions) {
    this.#options = options;
    options.port.on('message', (message: EngineMessage) => {
      this.#take(message);
    });
  }

  /** Carries out a call in the other thread. Throws the AppError that it throws there. */
  call<K extends keyof EngineCalls>(
    call: K,
    ...[argument]: Parameters<EngineCalls[K]>
  ): Promise<Awaited<ReturnType<EngineCalls[K]>>> {
    const failure = this.#failure;
    if (failure !== null) {
      return Promise.reject(failure);
    }
    const id = ++this.#lastId;
    // Name and argument belong together.
    this.#options.port.postMessage({ id, call, argument } as EngineRequest);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
    });
  }

  /** So many bytes of captures no longer wait here. */
  written(bytes: number): void {
    this.#options.port.postMessage({ alerts: 0, bytes });
  }

  /** The other thread has failed: what is and will be asked of it fails too. */
  fail(error: Error): void {
    this.#failure = error;
    this.#waiting.forEach(({ reject }) => {
      reject(error);
    });
    this.#waiting.clear();
  }

  #take(message: EngineMessage): void {
    const { onAlerts, onFigures, onBlind, onContainer, onPiece, log, port } = this.#options;
    switch (message.kind) {
      case 'alerts':
        onAlerts(message.alerts);
        port.postMessage({ alerts: message.alerts.length, bytes: 0 });
        return;
      case 'figures':
        onFigures(message.figures);
        return;
      case 'piece':
        onPiece(message.piece);
        return;
      case 'container':
        onContainer(message.question);
        return;
      case 'blind':
        onBlind(message.intervals);
        return;
      case 'log':
        log[message.level](message.message, message.details);
        return;
      case 'result':
        this.#settle(message.id)?.resolve(message.result);
        return;
      case 'refused': {
        const { code, message: text, hint, details } = message.error;
        this.#settle(message.id)?.reject(new AppError(code, text, { hint, details }));
      }
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
