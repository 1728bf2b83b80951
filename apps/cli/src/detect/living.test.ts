import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@lanner/core';
import { afterAll, expect, test } from 'vitest';
import type { ClientOptions } from '../live/client.ts';
import { EngineClient } from '../live/client.ts';
import type { EngineCalls, EngineRequest } from '../live/protocol.ts';
import type { StartedEngine } from '../live/session.ts';
import { testEnvironment } from '../testkit/environment.ts';
import { detect } from './main.ts';
import type { RuleReport } from './rule-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-living-'));
const rules = join(folder, 'rules.yaml');
writeFileSync(rules, '- {rule: R, desc: d, condition: evt.type = open, output: o, priority: NOTICE}\n');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A thread that answers everything but one call, which is what it hangs in. */
function hangingIn(hung: keyof EngineCalls, onHung: () => void) {
  const called: (keyof EngineCalls)[] = [];
  const ends = { count: 0 };
  const report: RuleReport = { results: [], rules: [], enabled: 1, hostNames: [] };
  const startEngine = (_settings: unknown, options: Omit<ClientOptions, 'port'>): StartedEngine => {
    let tell: (message: { kind: 'result'; id: number; result: unknown }) => void = () => undefined;
    const port = {
      postMessage(message: EngineRequest | object) {
        if (!('call' in message)) {
          return;
        }
        called.push(message.call);
        if (message.call === hung) {
          onHung();
          return;
        }
        queueMicrotask(() => {
          tell({ kind: 'result', id: message.id, result: message.call === 'load' ? report : undefined });
        });
      },
      on(_event: 'message', listener: typeof tell) {
        tell = listener;
      },
    };
    return {
      client: new EngineClient({ ...options, port: port }),
      ended: new Promise(() => undefined),
      terminate: () => Promise.resolve(ends.count++),
    };
  };
  return { called, ends, startEngine };
}

test.each(['prepare', 'load', 'open'] as const)(
  'a start that hangs in %s ends with the signal, and its thread with it',
  async (hung) => {
    const stop = new AbortController();
    const { called, ends, startEngine } = hangingIn(hung, () => {
      stop.abort();
    });
    const environment = testEnvironment({ signal: stop.signal });
    const input = { values: { rules: [rules], scope: [`pid:${process.pid}`] }, positionals: [] };
    let watched = 0;
    const code = await detect(environment, input, {
      ...{ log: silentLog, startEngine },
      onWatching: () => {
        watched++;
      },
    });
    expect(code).toBe(0);
    expect(called.at(-1)).toBe(hung);
    expect([watched, ends.count]).toEqual([0, 1]);
  },
);
