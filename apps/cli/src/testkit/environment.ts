import { silentLog } from '@lanner/core';
import type { CommandEnvironment } from '../command.ts';

/** An environment that keeps what a command writes. */
export interface TestEnvironment extends CommandEnvironment {
  readonly written: { out: string; err: string };
}

export function testEnvironment(properties: Partial<CommandEnvironment> = {}): TestEnvironment {
  const written = { out: '', err: '' };
  return {
    out: (text) => {
      written.out += text;
    },
    outTaken(text) {
      written.out += text;
      return Promise.resolve();
    },
    err: (text) => {
      written.err += text;
    },
    log: silentLog,
    env: {},
    outColour: false,
    errColour: false,
    errIsTerminal: false,
    now: () => new Date(0),
    uuid: () => '3ff14136-e09f-4df9-80ea-000000000001',
    outColumns: null,
    errColumns: () => 80,
    program: 'lanner',
    hostname: () => 'test',
    version: '1.2.3',
    signal: new AbortController().signal,
    ...properties,
    written,
  };
}
