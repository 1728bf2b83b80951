import type { ChildProcess } from 'node:child_process';
import { endChild, writeToChild } from '../child-input.ts';
import { defineDestination } from '../destination.ts';

const graceMs = 2000;
/** Facility "user" of syslog(3). */
const facility = 1;

export const destination = defineDestination({
  id: 'syslog',
  title: 'Syslog',
  doc: 'One message an alert to the local syslog (facility user, tag falco), through logger(1), since Node has no datagram sockets of the file system.',
  open(_settings, { spawn, log }) {
    let child: ChildProcess | null = null;
    function running(): ChildProcess {
      if (child === null || child.exitCode !== null || child.signalCode !== null) {
        child = spawn(['logger', '--tag', 'falco', '--prio-prefix', '--size', '64KiB'], 'pipe', 'inherit');
        child.once('error', (error) => log.error('syslog output failed', { reason: error.message }));
        // A broken pipe is reported by the write that meets it.
        child.stdin?.on('error', () => undefined);
      }
      return child;
    }
    async function close(): Promise<void> {
      const ending = child;
      child = null;
      if (ending !== null) {
        await endChild(ending, graceMs);
      }
    }
    return Promise.resolve({
      send: (batch) =>
        writeToChild(
          running(),
          batch.map(({ line, priority }) => `<${facility * 8 + priority}>${line}\n`).join(''),
        ),
      reopen: close,
      close,
    });
  },
});
