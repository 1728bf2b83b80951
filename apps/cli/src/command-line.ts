import { AppError } from '@lanner/core';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { commands } from './commands/registry.gen.ts';
import { wantsColour } from './lib/colour.ts';
import { consoleLog } from './lib/console-log.ts';
import { programName } from './lib/program-name.ts';
import { terminalColumns } from './lib/terminal-columns.ts';
import { report, runCommandLine } from './run.ts';

/** Put in by the bundler; the sources read their package file. */
declare const LANNER_VERSION: string | undefined;
const version = typeof LANNER_VERSION === 'string' ? LANNER_VERSION : packageVersion();

const err = (text: string): void => void process.stderr.write(text);
const errColour = wantsColour(process.env, process.stderr.isTTY);

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`| head`) is no failure.
    process.exit(error.code === 'EPIPE' ? 0 : report(writeError(error), { err, errColour, version }));
  });
}
process.on('uncaughtException', (error) => process.exit(report(error, { err, errColour, version })));

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => stop.abort());
}

process.exitCode = await runCommandLine(
  commands,
  {
    out: (text) => void process.stdout.write(text),
    outTaken: (text) =>
      new Promise((resolve) => {
        process.stdout.write(text, () => {
          resolve();
        });
      }),
    err,
    log: consoleLog(err, errColour),
    env: process.env,
    outColour: wantsColour(process.env, process.stdout.isTTY),
    errColour,
    errIsTerminal: process.stderr.isTTY,
    now: () => new Date(),
    uuid: randomUUID,
    outColumns: terminalColumns(process.stdout),
    errColumns: () => terminalColumns(process.stderr) ?? 80,
    program: programName(process.argv[1], process.cwd(), process.env['PATH']),
    hostname: () => process.env['FALCO_HOSTNAME'] ?? hostname(),
    version,
    signal: stop.signal,
  },
  process.argv.slice(2),
);
if (process.argv[2] === 'scan') {
  // All is written by now, and memory that is given back piece by piece takes longer than the end of the process.
  process.exit();
}

function writeError(cause: NodeJS.ErrnoException): AppError {
  return new AppError('file.write', `standard output cannot be written: ${cause.message}`, { cause });
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
