import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StateTables } from '../state/tables.ts';
import { ScopedRun, whyNoSensor } from '../testkit/scoped-run.ts';

const python = '/usr/bin/python3';
const reason = whyNoSensor() ?? (existsSync(python) ? null : `needs ${python}`);
const script = fileURLToPath(new URL('../testkit/behaviours.py', import.meta.url));

/** What the state says at an event. */
interface Seen {
  readonly name: string;
  readonly comm: string | undefined;
  readonly parent: string | undefined;
  readonly cwd: string | undefined;
  readonly exePath: string | undefined;
  readonly fd: string | undefined;
}

const seen: Seen[] = [];
let folder = '';
let threadsAtEnd = -1;

describe.skipIf(reason !== null)(
  `the state that live events make${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    beforeAll(async () => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'lanner-live-')));
      const state = new StateTables();
      state.sink.section();
      const run = await ScopedRun.open(['/bin/sh', '-c', `${python} "$0" "$1"; true`, script, folder], {
        state,
      });
      try {
        await run.run((event) => {
          state.apply(event);
          seen.push({
            name: event.info.name,
            comm: event.thread?.comm,
            parent: event.thread?.parent?.comm,
            cwd: event.thread?.cwd,
            exePath: event.thread?.exePath,
            fd: event.fd?.name,
          });
        });
        threadsAtEnd = [...state.threads.all()].filter((thread) => !thread.isDead).length;
      } finally {
        run.close();
      }
    });
    afterAll(() => {
      rmSync(folder, { recursive: true });
    });

    test('processes have their program and their parent', () => {
      const exec = seen.find((event) => event.name === 'execve' && event.exePath === realpathSync(python));
      expect(exec).toMatchObject({ comm: 'python3', parent: 'sh' });
    });

    test('descriptors have their names: relative paths, directories, connections', () => {
      const opened = new Set(seen.filter((event) => event.name === 'openat').map((event) => event.fd));
      expect(opened).toContain(`${folder}/link`);
      expect(opened).toContain(folder);
      const connections = seen.filter((event) => event.name === 'connect').map((event) => event.fd);
      expect(connections[0]).toMatch(/^127\.0\.0\.1:\d+->127\.0\.0\.1:\d+$/);
      expect(seen.find((event) => event.name === 'sendto')?.fd).toBe(connections[0]);
      expect(seen.find((event) => event.name === 'accept4')?.fd).toBe(connections[0]);
      expect(connections).toContainEqual(expect.stringMatching(/^::1:\d+->::1:\d+$/));
    });

    test('the working directory follows chdir', () => {
      expect(seen.find((event) => event.name === 'symlink')?.cwd).toBe(`${folder}/`);
    });

    test('nothing is left of processes that have ended', () => {
      expect(threadsAtEnd).toBe(0);
    });
  },
);
