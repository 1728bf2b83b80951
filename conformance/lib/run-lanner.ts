import { silentLog } from '@lanner/core';
import type { CommandEnvironment } from '../../apps/cli/src/command.ts';
import { commands } from '../../apps/cli/src/commands/registry.gen.ts';
import { runCommandLine } from '../../apps/cli/src/run.ts';

export interface LannerRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process and gives what it wrote. */
export async function runLanner(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<LannerRun> {
  let stdout = '';
  let stderr = '';
  const out = (text: string): void => {
    stdout += text;
  };
  const environment: CommandEnvironment = {
    out,
    outTaken: (text) => Promise.resolve(out(text)),
    err: (text) => {
      stderr += text;
    },
    log: silentLog,
    env,
    outColour: false,
    errColour: false,
    errIsTerminal: false,
    now: () => new Date('2026-11-24T00:00:00Z'),
    uuid: () => '3ff14136-e09f-4df9-80ea-000000000001',
    outColumns: null,
    errColumns: () => 80,
    program: 'lanner',
    hostname: () => 'demo',
    version: '0.0.0',
    signal: new AbortController().signal,
  };
  const code = await runCommandLine(commands, environment, args);
  return { code, stdout, stderr };
}
