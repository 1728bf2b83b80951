#!/usr/bin/env node
// Starts Lanner with a Node that can run it, whichever Node started this file.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const major = Number(process.versions.node.split('.')[0]);

if (major >= 24) {
  const { keepCompiled } = await import('./compile-cache.mjs');
  keepCompiled();
  if (!existsSync(`${root}apps/cli/src/commands/registry.gen.ts`)) {
    await import('../tools/gen-registry.ts');
  }
  await import('../apps/cli/src/main.ts');
} else {
  const own = `${root}node_modules/.bin/node`;
  if (!existsSync(own)) {
    process.stderr.write(
      `error: Lanner needs Node 24 or newer, this is ${process.version}\n` +
        `hint: Run npm ci --ignore-scripts in ${root} (it brings Node 24 on x86-64 and arm64 Linux), or install Node 24.\n`,
    );
    process.exit(1);
  }
  const child = spawn(own, process.argv.slice(1), { stdio: 'inherit' });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1']) {
    process.on(name, () => child.kill(name));
  }
  // As a shell tells the end by a signal.
  child.on('exit', (status, signal) => process.exit(status ?? 128 + constants.signals[signal]));
}
