import { MessageChannel } from 'node:worker_threads';
import { silentLog } from '@lanner/core';
import { onTestFinished } from 'vitest';
import type { RuleSummary } from '../../detect/rule-program.ts';
import { EngineClient } from '../client.ts';
import { answer, readRing } from '../serve.ts';
import { LiveSession, type SessionOptions, type StartedEngine } from '../session.ts';
import type { Bench } from './engine-bench.ts';

/** A session on the engine of a bench, as over two threads. */
export function startSession(
  bench: Bench,
  more: Partial<SessionOptions> = {},
): { session: LiveSession; alerts: string[] } {
  const alerts: string[] = [];
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => {
    port1.close();
  });
  const start: NonNullable<SessionOptions['start']> = (_settings, options): StartedEngine => {
    answer(port2, bench.engine);
    bench.deliver.to = (message) => {
      port2.postMessage(message);
    };
    return {
      client: new EngineClient({ ...options, port: port1 }),
      ended: readRing(bench.engine),
      terminate: () => Promise.resolve(),
    };
  };
  const session = new LiveSession({
    hostname: 'test',
    maxThreads: 1000,
    utcOffsetS: 0,
    hostRoot: '',
    onAlert: (rule: RuleSummary, { line }) => alerts.push(`${rule.name}: ${line}`),
    onFigures: () => undefined,
    onBlind: () => undefined,
    log: silentLog,
    now: () => bench.clock.ms,
    start,
    ...more,
  });
  return { session, alerts };
}
