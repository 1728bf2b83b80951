import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventId, eventTable } from '@lanner/engine';
import { containerWith } from '@lanner/sensor';
import { expect, test } from 'vitest';
import { runningBench, secret, settings, startBench } from './testkit/engine-bench.ts';
import { actInContainer, callsItWeb, inContainer, startedContainer } from './testkit/in-container.ts';
import { startSession } from './testkit/live-session.ts';
import { programOf, ruleText } from './testkit/programs.ts';
import { captureFolder, replayed } from './testkit/replayed.ts';

test('a rule that asks for a capture gets one, from its event on until its time is over', async () => {
  const folder = captureFolder();
  const bench = startBench();
  const { session } = startSession(bench);
  const record = { mode: 'rules', path: join(folder, 'x'), durationMs: 5000, maxBytes: 0 } as const;
  await session.exchange(
    programOf(
      `${secret.replace('}', ', capture: true, capture_duration: 3000}')}${ruleText('Other', 'evt.type = openat')}`,
    ),
  );
  await session.open({ ...settings, record });
  bench.open('/other');
  bench.open('/secret');
  bench.open('/other');
  await session.stop();
  const [path = ''] = session.captures.finished;
  expect(path).toBe(join(folder, 'x_01700000000000000000_00000000000000000002.scap'));
  const paths: string[] = [];
  const state = await replayed(path, (event) => {
    paths.push(event.fd?.name ?? '');
  });
  // The state has the process list of this machine in it, and the file that was open before.
  expect(paths).toEqual(['/secret', '/other']);
  expect(state.thread(process.pid)?.exePath).toBe(process.execPath);
});

test('a capture begins with the users of this machine, though no event came before it', async () => {
  const path = join(captureFolder(), 'all.scap');
  const bench = startBench();
  const { session } = startSession(bench);
  const record = { mode: 'everything', path, durationMs: 0, maxBytes: 0 } as const;
  await session.exchange(programOf(secret));
  await session.open({ ...settings, record });
  bench.open('/other');
  await session.stop();
  const state = await replayed(path);
  expect(state.user('', 0)?.name).toBe('root');
  expect(state.group('', 0)?.name).toBe('root');
});

test('a capture of a held process begins when it becomes the command, with what it has by then', async () => {
  const path = join(captureFolder(), 'all.scap');
  const bench = startBench();
  const { session } = startSession(bench);
  const record = { mode: 'everything', path, durationMs: 0, maxBytes: 0 } as const;
  await session.exchange(programOf(secret));
  await session.open({ ...settings, record, heldPid: process.pid });
  bench.source.put('SYSCALL_OPENAT_2_X', [0, -100, '/input', 1, 0, 5, 77], process.pid);
  const known = [0, 'a', [], process.pid, process.pid, 1, '/', 1024, 1, 2, 3, 4, 5, 'cmd', [], []] as const;
  const { length } = eventTable[eventId('SYSCALL_EXECVE_19_X')]?.params ?? [];
  const unknown = Array<null>(length - known.length).fill(null);
  bench.source.put('SYSCALL_EXECVE_19_X', [...known, ...unknown], process.pid);
  await session.stop();
  const seen: unknown[] = [];
  await replayed(path, (event) => {
    seen.push([event.info.name, event.thread?.fds.get(0)?.name]);
  });
  expect(seen).toEqual([['execve', '/input']]);
});

test('a capture tells of a container what a replay needs for the same alert', async () => {
  const path = join(captureFolder(), 'all.scap');
  const bench = startBench();
  const { session, alerts } = startSession(bench, { containers: callsItWeb });
  await session.exchange(programOf(inContainer));
  await session.open({ ...settings, record: { mode: 'everything', path, durationMs: 0, maxBytes: 0 } });
  actInContainer(bench);
  await expect.poll(() => alerts).toHaveLength(1);
  actInContainer(bench);
  await session.stop();
  const names: string[] = [];
  await replayed(path, (event, state) => {
    if (event.info.code === 'SYSCALL_OPENAT_2_X') {
      names.push(state.container(event.thread?.containerId ?? '')?.name ?? '');
    }
  });
  // Known from when the answer came, as it was for the rules.
  expect(names).toEqual(['', 'web']);
});

test('a capture that the event of a container begins has that event once', async () => {
  const record = { mode: 'all_rules', path: '/unused', durationMs: 5000, maxBytes: 0 } as const;
  const { engine, messages } = await runningBench(startedContainer, { record });
  const container = containerWith({ id: 'aaaaaaaaaaaa', name: 'web', imageRepository: 'nginx' });
  engine.container({ id: container.id, container });
  engine.stop();
  const pieces = messages.flatMap((message) =>
    message.kind === 'piece' && message.piece.bytes !== null ? [message.piece.bytes] : [],
  );
  const path = join(captureFolder(), 'started.scap');
  writeFileSync(path, Buffer.concat(pieces));
  const names: string[] = [];
  await replayed(path, (event) => names.push(event.info.name));
  expect(names).toEqual(['asyncevent']);
});
