import type { MessagePort } from 'node:worker_threads';
import { AppError, type Log } from '@lanner/core';
import type { LiveEngine } from './engine.ts';
import { type EngineMessage, type EngineRequest, plainError, type Taken } from './protocol.ts';

type Port = Pick<MessagePort, 'postMessage' | 'on'>;

/** With so many events in one turn there is no time to sleep. */
const busyEvents = 4096;

/** Answers requests that come through a port. */
export function answer(port: Port, engine: LiveEngine): void {
  port.on('message', (message: EngineRequest | Taken) => {
    if ('alerts' in message) {
      engine.taken(message);
      return;
    }
    void resultOf(engine, message).then((result) => {
      port.postMessage(result);
    });
  });
}

async function resultOf(engine: LiveEngine, { id, call, argument }: EngineRequest): Promise<EngineMessage> {
  try {
    // Name and argument belong together in every request.
    const method = engine[call].bind(engine) as (argument: unknown) => unknown;
    return { kind: 'result', id, result: await method(argument) };
  } catch (error) {
    if (error instanceof AppError) {
      return { kind: 'refused', id, error: plainError(error) };
    }
    throw error;
  }
}

/** Reads the ring until the engine has ended. Between two turns requests are answered. */
export async function readRing(engine: LiveEngine): Promise<void> {
  while (!engine.ended) {
    const count = engine.turn();
    if (count < busyEvents) {
      await engine.rest();
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A log whose lines are written by the main thread. */
export function remoteLog(send: (message: EngineMessage) => void): Log {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error'): Log['info'] =>
    (message, details = {}) => {
      send({ kind: 'log', level, message, details });
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
