import { parentPort, workerData } from 'node:worker_threads';
import type { DatabaseSync } from 'node:sqlite';
import type { Retention } from '../store.ts';
import { asStoreError, connect, damageOf } from './connection.ts';
import { readerMethods } from './reader.ts';
import { salvage } from './salvage.ts';
import type { SalvageAnswer, SalvageSettings } from './salvage-thread.ts';
import { packError, type ThreadAnswer, type ThreadMethods, type ThreadRequest } from './rpc.ts';
import { Writer } from './writer.ts';

export interface ThreadSettings {
  readonly role: 'write' | 'read';
  readonly path: string;
  readonly retention: Retention;
  readonly segmentRows: number;
}

const port = parentPort;
// What `sqlite-store.ts` and `salvage-thread.ts` start this thread with.
const settings = workerData as ThreadSettings | SalvageSettings;
if (settings.role === 'salvage') {
  port?.postMessage(salvaged(settings));
} else {
  serve(settings);
}

function salvaged({ path, nowMs }: SalvageSettings): SalvageAnswer {
  try {
    return { salvaged: salvage(path, nowMs) };
  } catch (error) {
    return { error: packError(asStoreError(error, path), null) };
  }
}

function serve({ role, path, retention, segmentRows }: ThreadSettings): void {
  const database = connect(path, role);
  /** The last time that came with a request. */
  let nowMs: number | null = null;
  const now = (): number => nowMs ?? Date.now();
  const answer = (message: ThreadAnswer): void => port?.postMessage(message);
  const take =
    role === 'write'
      ? writing(new Writer({ database, path, retention, segmentRows, now, answer }))
      : reading(database, path, now, answer);
  port?.on('message', (request: ThreadRequest) => {
    nowMs = request.nowMs;
    if (request.name === 'stop') {
      database.close();
      answer({ id: request.id, value: null });
      port.close();
    } else {
      take(request);
    }
  });
}

function writing(writer: Writer): (request: ThreadRequest) => void {
  return (request) => writer.take(request);
}

function reading(
  connection: DatabaseSync,
  path: string,
  now: () => number,
  answer: (message: ThreadAnswer) => void,
): (request: ThreadRequest) => void {
  let noticed = false;
  const methods: ThreadMethods = readerMethods(connection, now, () => {
    noticed = true;
  });
  return ({ id, name, args }) => {
    void (async () => {
      try {
        const value = await methods[name]?.(...(args as never[]));
        answer({ id, value, noticed });
        noticed = false;
      } catch (error) {
        answer({ id, error: packError(asStoreError(error, path), damageOf(error)) });
      }
    })();
  };
}
