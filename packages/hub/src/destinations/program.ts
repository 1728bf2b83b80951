import type { ChildProcess } from 'node:child_process';
import { splitCommandLine } from '../argv.ts';
import { endChild, writeToChild } from '../child-input.ts';
import { defineDestination } from '../destination.ts';

const graceMs = 2000;

export const destination = defineDestination({
  id: 'program',
  title: 'Program',
  doc: 'One line an alert to the standard input of a program, or of several joined by |; without keep_alive it is started for each alert.',
  open(settings, { spawn, log }) {
    const pipeline = splitCommandLine(settings.text('program'));
    const keepAlive = settings.flag('keep_alive');
    let children: ChildProcess[] = [];

    function start(): ChildProcess[] {
      const started: ChildProcess[] = [];
      pipeline.forEach((argv, i) => {
        const child = spawn(argv, started[i - 1] ?? 'pipe', i < pipeline.length - 1 ? 'pipe' : 'inherit');
        child.once('error', (error) =>
          log.error('program output failed', { program: argv[0], reason: error.message }),
        );
        // A broken pipe is reported by the write that meets it.
        child.stdin?.on('error', () => undefined);
        started.push(child);
      });
      return started;
    }
    async function close(): Promise<void> {
      const ending = children;
      children = [];
      const [first, ...others] = ending;
      if (first !== undefined) {
        await endChild(first, graceMs);
      }
      await Promise.all(others.map((child) => endChild(child, graceMs)));
    }
    async function write(text: string): Promise<void> {
      const [running] = children;
      if (running === undefined || running.exitCode !== null || running.signalCode !== null) {
        children = start();
      }
      const [first] = children;
      if (first !== undefined) {
        await writeToChild(first, text);
      }
    }
    return Promise.resolve({
      async send(batch) {
        if (keepAlive) {
          await write(`${batch.map(({ line }) => line).join('\n')}\n`);
          return;
        }
        for (const { line } of batch) {
          await write(`${line}\n`);
          await close();
        }
      },
      reopen: close,
      close,
    });
  },
});
