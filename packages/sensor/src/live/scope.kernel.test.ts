import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recordRun, ScopedRun, typeOf, whyNoSensor } from '../testkit/scoped-run.ts';

const python = '/usr/bin/python3';
const reason = whyNoSensor() ?? (existsSync(python) ? null : `needs ${python}`);
const interest = ['SYSCALL_EXECVE_19_X', 'SYSCALL_CLONE_20_X', 'SYSCALL_VFORK_20_X', 'PROCEXIT_1_E'].map(
  typeOf,
);

/**
 * Opens /in-scope and ends; another process, which is not in scope, then makes one with the number that has become free,
 * on the same processor, which opens /stranger. Prints the number that it got.
 */
const numberUsedAgain = `import ctypes, os, struct, time
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
def look(path):
    try: os.open(path, os.O_RDONLY)
    except OSError: pass
mine = os.getpid()
if os.fork() == 0:
    while os.path.exists(f'/proc/{mine}'): time.sleep(0.005)
    wanted = ctypes.c_int32(mine)
    call = struct.pack('11Q', 0, 0, 0, 0, 17, 0, 0, 0, ctypes.addressof(wanted), 1, 0)
    if ctypes.CDLL(None, use_errno=True).syscall(435, call, len(call)) == 0:
        look('/stranger')
        os.write(1, str(os.getpid()).encode())
    os._exit(0)
for i in range(3): look('/in-scope')
`;

describe.skipIf(reason !== null)(`the scope${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  test('holds what a process starts, also when its parent has gone, and nothing else', async () => {
    const command = 'sh -c "(sleep 0.1; /bin/echo late) & exit 0"; wait; sleep 0.3';
    const run = await ScopedRun.open(['/bin/sh', '-c', command], { interest });
    try {
      const stranger = spawn('/bin/true');
      const strangerEnded = once(stranger, 'exit');
      const events = await run.run();
      await strangerEnded;
      const args = events.filter((event) => event.name === 'execve').map((event) => event.params['args']);
      expect(args).toContain('late\0');
      expect(events.some((event) => event.tid === stranger.pid)).toBe(false);
      const orphan = events.find((event) => event.params['args'] === 'late\0');
      expect(orphan?.live.pid).toBe(orphan?.tid);
    } finally {
      run.close();
    }
  });

  test('takes in a process while the sensor runs', async () => {
    const run = await ScopedRun.open(['/bin/echo', 'hello'], { interest, pidToScope: false });
    try {
      run.sensor.addToScope(run.child.pid as number);
      const events = await run.run();
      expect(events.map((event) => event.name)).toEqual(['execve', 'procexit']);
    } finally {
      run.close();
    }
  });

  test('without following forks is only the processes that it names', async () => {
    const run = await ScopedRun.open(['/bin/sh', '-c', '/bin/echo one; exit 0'], {
      interest,
      followsForks: false,
    });
    try {
      const events = await run.run();
      expect(new Set(events.map((event) => event.live.pid))).toEqual(new Set([run.child.pid]));
      expect(events.at(-1)?.name).toBe('procexit');
    } finally {
      run.close();
    }
  });

  test('ends with a process, and does not go on with another one of its number', async () => {
    const run = await ScopedRun.open([python, '-c', numberUsedAgain], {
      interest: [typeOf('SYSCALL_OPENAT_2_X')],
      followsForks: false,
    });
    let number = '';
    run.child.stdout?.on('data', (data: Buffer) => (number += data.toString()));
    try {
      const names = (await run.run()).map((event) => event.params['name']);
      expect(number).toBe(String(run.child.pid));
      expect(names.filter((name) => name === '/in-scope')).toHaveLength(3);
      expect(names).not.toContain('/stranger');
    } finally {
      run.close();
    }
  });

  test('can be a mount namespace', async () => {
    const mountNamespace = statSync('/proc/self/ns/mnt').ino;
    const run = await ScopedRun.open(['/bin/echo'], {
      interest,
      scope: { mountNamespaces: [mountNamespace + 1] },
    });
    try {
      // Nobody is in that one.
      expect(await run.run()).toHaveLength(0);
    } finally {
      run.close();
    }
  });

  test('stays whole when processes are made as fast as can be', async () => {
    // 300 processes, of which each lives for a moment.
    const events = await recordRun(
      [
        python,
        '-c',
        'import os\nfor i in range(300):\n  p=os.fork()\n  if p==0: os._exit(i%7)\n  os.waitpid(p,0)',
      ],
      { interest },
    );
    const exits = events.filter((event) => event.name === 'procexit');
    expect(exits).toHaveLength(301);
    const children = events.filter((event) => event.code.includes('CLONE') && event.params['res'] === 0);
    expect(children).toHaveLength(300);
    const born = new Set(children.map((event) => event.tid));
    expect(exits.filter((event) => born.has(event.tid))).toHaveLength(300);
  });

  test('tells of processes that it has no room for', async () => {
    const script = 'for i in 1 2 3 4 5 6 7 8 9; do sleep 60 & done; kill $(jobs -p)';
    const lostIn = async (scopeProcesses: number): Promise<number> => {
      const run = await ScopedRun.open(['/bin/bash', '-c', script], { interest, scopeProcesses });
      try {
        await run.run();
        return run.sensor.stats().lostByType.get(typeOf('SYSCALL_CLONE_20_X')) ?? 0;
      } finally {
        run.close();
      }
    };
    expect(await lostIn(4)).toBeGreaterThanOrEqual(6);
    expect(await lostIn(64)).toBe(0);
  });

  test('a command line of a megabyte is cut, and that is told', async () => {
    const longest = 'x'.repeat(100_000);
    const events = await recordRun(['/bin/true', ...Array.from({ length: 10 }, () => longest)], { interest });
    const exec = events.find((event) => event.name === 'execve');
    expect(exec?.live.truncated).toBe(true);
    expect(String(exec?.params['args'])).toHaveLength(4096);
    expect(exec?.params['trusted_exepath']).toContain('/true');
    expect(exec?.params['env']).toContain('=');
  });
});
