import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { commands } from './commands/registry.gen.ts';
import { wantsColour } from './lib/colour.ts';
import { consoleLog } from './lib/console-log.ts';
import { runCommandLine } from './run.ts';

/** Put in by the bundler; the sources read their package file. */
declare const LANNER_VERSION: string | undefined;
const version = typeof LANNER_VERSION === 'string' ? LANNER_VERSION : packageVersion();

// A reader that has seen enough (`| head`) is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') {
      process.exit(0);
    }
    throw error;
  });
}

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => stop.abort());
}

const err = (text: string): void => void process.stderr.write(text);
const errColour = wantsColour(process.env, process.stderr.isTTY);
process.exitCode = await runCommandLine(
  commands,
  {
    out: (text) => void process.stdout.write(text),
    err,
    log: consoleLog(err, errColour),
    env: process.env,
    outColour: wantsColour(process.env, process.stdout.isTTY),
    errColour,
    now: () => new Date(),
    hostname: () => process.env['FALCO_HOSTNAME'] ?? hostname(),
    version,
    signal: stop.signal,
  },
  process.argv.slice(2),
);

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
