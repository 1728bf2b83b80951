import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { AppError, silentLog } from '@lanner/core';
import { type Container, eventId, eventTable, EventView } from '@lanner/engine';
import { containerWith, latin1, ProcessSource, replayCapture, StateTables } from '@lanner/sensor';
import { afterEach, expect, test, vi } from 'vitest';
import type { RuleSummary } from '../detect/rule-program.ts';
import type { BlindInterval } from './blind.ts';
import { EngineClient } from './client.ts';
import { LiveEngine } from './engine.ts';
import type { EngineMessage, LiveAlert, OpenSettings } from './protocol.ts';
import type { PreparedSource } from './sensor-port.ts';
import { answer, readRing } from './serve.ts';
import { type ContainerDirectory, LiveSession, type SessionOptions, type StartedEngine } from './session.ts';
import { FakeSource } from './testkit/fake-source.ts';
import { programOf, ruleText } from './testkit/programs.ts';

const openat = eventId('SYSCALL_OPENAT_2_X');
const connect = eventId('SOCKET_CONNECT_X');
const settings: OpenSettings = {
  scope: { pids: [process.pid], cgroups: [], mountNamespaces: [] },
  ringBytes: 1 << 20,
  cpusPerRing: null,
  snapLength: 80,
  dropsFailed: false,
  purge: { intervalMs: 300_000, idleMs: 300_000 },
  base: { customSet: [], repair: false, all: false },
  record: null,
  heldPid: null,
  budget: { cpuRatio: null, rssBytes: 100 },
};
const noProcesses = { text: () => null, link: () => null, names: () => null, attributes: () => null };

interface Bench {
  readonly engine: LiveEngine;
  readonly source: FakeSource;
  readonly messages: EngineMessage[];
  readonly clock: { ms: number };
  /** Why the source cannot be made ready. */
  readonly ready: { fails: AppError | null };
  /** Times that garbage was collected. */
  readonly collected: { count: number };
  /** Descriptors that the other thread was told of. */
  readonly bells: number[];
  readonly usage: { cpuSeconds: number; rssBytes: number };
  /** Where messages go beside the list. */
  readonly deliver: { to?: (message: EngineMessage) => void };
  readonly open: (path: string) => void;
}

function startBench(): Bench {
  const source = new FakeSource();
  const messages: EngineMessage[] = [];
  const clock = { ms: 1_700_000_000_000 };
  const usage = { cpuSeconds: 0, rssBytes: 0 };
  const deliver: Bench['deliver'] = {};
  const collected = { count: 0 };
  const ready: Bench['ready'] = { fails: null };
  const bells: number[] = [];
  const prepared: PreparedSource = {
    open({ interest, state }) {
      source.setInterest(interest);
      source.state = state;
      return source;
    },
    close() {
      source.closed = true;
    },
  };
  const engine = new LiveEngine({
    asksContainers: true,
    prepareSource: () =>
      ready.fails === null
        ? Promise.resolve({ ready: Promise.resolve(prepared) })
        : Promise.reject(ready.fails),
    processes: new ProcessSource({ files: noProcesses, now: () => clock.ms }),
    system: { hostname: 'test', maxThreads: 1000, utcOffsetS: 0 },
    send: (message) => {
      messages.push(message);
      deliver.to?.(message);
    },
    tellBell: (fd) => bells.push(fd),
    log: silentLog,
    usage: () => usage,
    collectGarbage: () => {
      collected.count++;
    },
    now: () => clock.ms,
  });
  return {
    engine,
    source,
    messages,
    clock,
    bells,
    usage,
    collected,
    ready,
    deliver,
    open(path) {
      source.put('SYSCALL_OPENAT_2_X', [3, -100, path, 1, 0, 5, 77], 42);
    },
  };
}

function alertsOf(messages: readonly EngineMessage[]): LiveAlert[] {
  return messages.flatMap((message) => (message.kind === 'alerts' ? message.alerts : []));
}

const secret = ruleText('Secret', 'evt.type = openat and fd.name = /secret', 'opened %fd.name');

test('alerts carry what they have inside only where somebody keeps it', async () => {
  const program = programOf(ruleText('Opens', 'evt.type = openat', 'opened %fd.name'));
  const { engine, messages, open } = startBench();
  const insideOf = (): (string | undefined)[] =>
    messages.flatMap((message) =>
      message.kind === 'alerts' ? message.alerts.map(({ inside }) => inside) : [],
    );
  engine.load(program);
  await engine.open(settings);
  engine.begin();
  open('/a');
  engine.turn();
  expect(insideOf()).toEqual([undefined]);
  engine.load({ ...program, print: { ...program.print, inside: true } });
  open('/b');
  engine.turn();
  const [, inside = ''] = insideOf();
  expect(JSON.parse(inside)).toMatchObject({
    facts: { 'evt.type': 'openat', 'fd.name': '/b' },
    matched: ['evt.type = openat'],
  });
});

test('events wait until what runs already is known, then go past the rules', async () => {
  const { engine, open, messages } = startBench();
  engine.load(programOf(secret));
  await engine.open(settings);
  open('/secret');
  expect(engine.turn()).toBe(0);
  engine.begin();
  expect(engine.turn()).toBe(1);
  expect(alertsOf(messages)).toEqual([
    {
      line: '2023-11-14T22:13:20.000000000+0000: Notice opened /secret',
      rule: 0,
      program: 1,
      eventMs: 1_700_000_000_000,
    },
  ]);
});

test('a reload asks for more, exchanges the rules, and then asks for no more than they need', async () => {
  const { engine, source, open, messages } = startBench();
  engine.load(programOf(secret));
  await engine.open({ ...settings, base: { customSet: [], repair: true, all: false } });
  engine.begin();
  open('/secret');
  const report = engine.load(programOf(ruleText('Connects', 'evt.type = connect')));
  expect(report).toMatchObject({ enabled: 1 });
  const [, both, after] = source.interests;
  expect(both).toEqual(expect.arrayContaining([openat, connect]));
  expect(after).toContain(connect);
  expect(after).not.toContain(openat);
  // What lies in the ring meets the new rules.
  engine.turn();
  expect(alertsOf(messages)).toEqual([]);
});

test('the kernel filters once the sensor runs, and lets everything through while rules are exchanged', async () => {
  const { engine, source, clock } = startBench();
  engine.load(programOf(secret));
  await engine.open(settings);
  engine.begin();
  engine.turn();
  expect(source.filters).toEqual([]);
  clock.ms += 1000;
  engine.turn();
  engine.load(programOf(ruleText('Connects', 'evt.type = connect')));
  expect(source.filters.map((filter) => filter === null)).toEqual([false, true]);
  clock.ms += 1000;
  engine.turn();
  clock.ms += 1000;
  engine.turn();
  expect(source.filters).toHaveLength(3);
  expect(source.filters[2]?.types[eventId('SYSCALL_READ_X')]?.verdict).toBe('drop');
});

test('a capture of everything is not filtered', async () => {
  const { engine, source, clock } = startBench();
  engine.load(programOf(secret));
  const record = { mode: 'everything', path: '/none', durationMs: 0, maxBytes: 0 } as const;
  await engine.open({ ...settings, record });
  engine.begin();
  clock.ms += 1000;
  engine.turn();
  expect(source.filters).toEqual([]);
});

test('rules that are not accepted change nothing', async () => {
  const { engine, source, open, messages } = startBench();
  engine.load(programOf(secret));
  await engine.open(settings);
  engine.begin();
  const report = engine.load(programOf('broken: ['));
  expect(report.results[0]?.successful).toBe(false);
  expect(source.interests).toHaveLength(1);
  open('/secret');
  engine.turn();
  expect(alertsOf(messages)).toHaveLength(1);
});

test('a name in the custom set that is no system call is refused with the nearest', async () => {
  const { engine } = startBench();
  engine.load(programOf(secret));
  const base = { customSet: ['opnat'], repair: false, all: false };
  await expect(engine.open({ ...settings, base })).rejects.toThrow("'opnat' is no system call");
});

test('losses become blind intervals of the rules that need what was lost', async () => {
  const { engine, source, messages, clock } = startBench();
  engine.load(programOf(`${secret}${ruleText('Connects', 'evt.type = connect')}`));
  await engine.open(settings);
  engine.begin();
  source.lostByType.set(openat, 3);
  for (let i = 0; i < 3; i++) {
    clock.ms += 1000;
    engine.turn();
  }
  const blind = messages.flatMap((message) => (message.kind === 'blind' ? message.intervals : []));
  expect(blind).toEqual([
    {
      fromNs: 1_700_000_000_000_000_000n,
      toNs: 1_700_000_001_000_000_000n,
      rules: ['Secret'],
      lost: [[openat, 3]],
    },
  ]);
  expect(engine.figures()).toMatchObject({
    kernel: { drops: 3, bufferDrops: { open: 3, connect: 0 } },
    blind: [['Secret', { intervals: 1, seconds: 1 }]],
  });
});

test('over its budget the sensor gives up what comes most often, and says who is blind', async () => {
  const { engine, source, open, messages, clock, usage } = startBench();
  engine.load(programOf(secret));
  await engine.open(settings);
  engine.begin();
  usage.rssBytes = 200;
  for (let i = 0; i < 7; i++) {
    open('/other');
    clock.ms += 1000;
    engine.turn();
  }
  expect(source.interests.at(-1)).not.toContain(openat);
  usage.rssBytes = 0;
  const figures = engine.stop();
  expect(figures.blind.map(([rule]) => rule)).toEqual(['Secret']);
  expect(messages.filter(({ kind }) => kind === 'blind')).toHaveLength(1);
});

test('calls that failed are passed over when the configuration says so', async () => {
  const { engine, source, messages } = startBench();
  engine.load(programOf(ruleText('Opens', 'evt.type = openat', '%evt.res')));
  await engine.open({ ...settings, dropsFailed: true });
  engine.begin();
  source.put('SYSCALL_OPENAT_2_X', [-2, -100, '/x', 1, 0, 5, 77], 42);
  source.put('SYSCALL_OPENAT_2_X', [3, -100, '/x', 1, 0, 5, 77], 42);
  engine.turn();
  expect(alertsOf(messages).map(({ line }) => line.replace(/.*Notice /, ''))).toEqual(['SUCCESS']);
});

test('what a held process does before it becomes the command is seen by no rule', async () => {
  const { engine, source, messages } = startBench();
  engine.load(programOf(ruleText('Starts', 'evt.type = execve', '%evt.res %proc.name')));
  await engine.open({ ...settings, heldPid: 42 });
  engine.begin();
  const rest = ['a', [], 42, 42, 1, '/', 1024, 1, 2, 3, 4, 5, 'cmd', [], []] as const;
  source.put('SYSCALL_EXECVE_19_X', [-2, ...rest], 42);
  source.put('SYSCALL_EXECVE_19_X', [0, ...rest], 42);
  source.put('SYSCALL_EXECVE_19_X', [-2, ...rest], 42);
  engine.turn();
  expect(alertsOf(messages).map(({ line }) => line.replace(/.*Notice /, ''))).toEqual([
    'SUCCESS cmd',
    'ENOENT cmd',
  ]);
});

test('alerts beyond what the main thread takes are dropped and counted', async () => {
  const { engine, open, messages } = startBench();
  engine.load(programOf(secret));
  await engine.open(settings);
  engine.begin();
  for (let i = 0; i < 65_536 + 10; i++) {
    open('/secret');
  }
  while (engine.turn() > 0);
  expect(alertsOf(messages)).toHaveLength(65_536);
  expect(engine.figures().droppedAlerts).toBe(10);
  engine.taken({ alerts: 1, bytes: 0 });
  open('/secret');
  engine.turn();
  expect(alertsOf(messages)).toHaveLength(65_537);
});

const closers: (() => void)[] = [];
afterEach(() => {
  closers.splice(0).forEach((close) => {
    close();
  });
});

function startSession(
  bench: Bench,
  containers?: ContainerDirectory,
  more: Partial<SessionOptions> = {},
): { session: LiveSession; alerts: string[]; blind: BlindInterval[] } {
  const alerts: string[] = [];
  const blind: BlindInterval[] = [];
  const { port1, port2 } = new MessageChannel();
  closers.push(() => {
    port1.close();
  });
  const start: NonNullable<SessionOptions['start']> = (_settings, options): StartedEngine => {
    answer(port2, bench.engine);
    bench.deliver.to = (message) => {
      port2.postMessage(message);
    };
    return {
      client: new EngineClient({ ...options, port: port1 }),
      ended: readRing(bench.engine),
      terminate: () => Promise.resolve(),
    };
  };
  const session = new LiveSession({
    hostname: 'test',
    maxThreads: 1000,
    utcOffsetS: 0,
    hostRoot: '',
    onAlert: (rule: RuleSummary, { line }) => alerts.push(`${rule.name}: ${line}`),
    onFigures: () => undefined,
    onBlind: (interval) => blind.push(interval),
    log: silentLog,
    now: () => bench.clock.ms,
    start,
    ...more,
    ...(containers === undefined ? {} : { containers }),
  });
  return { session, alerts, blind };
}

test('across threads: rules, running processes, alerts under the name of their rule, and the end', async () => {
  const bench = startBench();
  const { session, alerts } = startSession(bench);
  await session.exchange(programOf(secret));
  await session.open(settings);
  expect(bench.engine.state.thread(process.pid)?.exePath).toBe(process.execPath);
  bench.open('/secret');
  await session.addToScope(7);
  expect(bench.source.scope).toEqual([7]);
  bench.open('/secret');
  const figures = await session.stop();
  expect(figures.events).toBe(2);
  expect(alerts).toHaveLength(2);
  expect(alerts[0]).toContain('Secret: ');
  expect(bench.source.closed).toBe(true);
});

test('it sleeps until the next thing is due: a look at the figures, or an alert that has waited long enough', async () => {
  const bench = startBench();
  const { engine, source, clock } = bench;
  engine.load(programOf(inContainer));
  await engine.open(settings);
  engine.begin();
  clock.ms += 1000;
  engine.turn();
  await engine.rest();
  clock.ms += 300;
  actInContainer(bench);
  engine.turn();
  await engine.rest();
  clock.ms += 700;
  engine.turn();
  await engine.rest();
  // The clock was set back, and the thread sleeps for a second all the same.
  clock.ms -= 3_600_000;
  await engine.rest();
  expect(source.waits).toEqual([1000, 700, 300, 1000]);
});

test('before events come nobody sleeps in the kernel: requests are answered at once', async () => {
  const { engine, source } = startBench();
  let rested = 0;
  const rest = engine.rest().then(() => rested++);
  await engine.open(settings);
  expect([rested, source.waits]).toEqual([0, []]);
  engine.begin();
  await rest;
  expect(source.waits).toEqual([]);
});

test('the other thread is told how to end the sleep', async () => {
  const { engine, source, bells } = startBench();
  source.bell = 77;
  await engine.open(settings);
  expect(bells).toEqual([77]);
});

test('figures are told every second, and every ten when nothing has happened since', async () => {
  const { engine, source, open, messages, clock } = startBench();
  await engine.open(settings);
  engine.begin();
  const told = (seconds: number, meanwhile: (second: number) => void): number => {
    const before = messages.length;
    for (let second = 0; second < seconds; second++) {
      meanwhile(second);
      clock.ms += 1000;
      engine.turn();
    }
    return messages.slice(before).filter(({ kind }) => kind === 'figures').length;
  };
  expect(told(5, () => open('/x'))).toBe(5);
  expect(told(5, (second) => source.lostByType.set(openat, second + 1))).toBe(5);
  expect(told(30, () => undefined)).toBe(3);
});

test('freed memory goes back to the system every ten seconds', async () => {
  const { engine, source, clock } = startBench();
  await engine.open(settings);
  engine.begin();
  for (let second = 0; second < 35; second++) {
    clock.ms += 1000;
    engine.turn();
  }
  expect(source.trimmed).toBe(3);
});

test('after the start and after a reload, both threads give back what only those needed', async () => {
  const bench = startBench();
  const own = { count: 0 };
  const { session } = startSession(bench, undefined, {
    settleMs: 0,
    collectGarbage: () => {
      own.count++;
    },
  });
  await session.exchange(programOf(secret));
  await session.open(settings);
  await vi.waitFor(() => {
    expect(bench.source.released).toBe(1);
  });
  // The kernel has the filter by then: working it out is part of the start.
  expect(bench.source.filters.at(-1)).not.toBeNull();
  await session.exchange(programOf(secret));
  await vi.waitFor(() => {
    expect(bench.source.released).toBe(2);
  });
  expect([own.count, bench.collected.count]).toEqual([2, 2]);
  await session.stop();
});

test('a sensor that was made ready and never opened is closed at the end', async () => {
  const bench = startBench();
  const { session } = startSession(bench);
  await session.prepare(settings);
  await session.stop();
  await vi.waitFor(() => {
    expect(bench.source.closed).toBe(true);
  });
});

test('what fails while the sensor is made ready is told when it is opened', async () => {
  const bench = startBench();
  bench.ready.fails = new AppError('sensor.unavailable', 'no BTF');
  const { session } = startSession(bench);
  await session.prepare(settings);
  await session.exchange(programOf(secret));
  await expect(session.open(settings)).rejects.toMatchObject({ code: 'sensor.unavailable' });
  await session.stop();
});

test('what is refused in the other thread is refused here, in the same words', async () => {
  const { session } = startSession(startBench());
  await session.exchange(programOf(secret));
  const base = { customSet: ['opnat'], repair: false, all: false };
  await expect(session.open({ ...settings, base })).rejects.toMatchObject({
    code: 'config.invalid',
    hint: 'Did you mean openat?',
  });
  await session.stop();
});

test('a rule that asks for a capture gets one, from its event on until its time is over', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-record-'));
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
  const state = new StateTables();
  const paths: string[] = [];
  await replayCapture(path, {
    event: new EventView(state, latin1),
    sink: state.sink,
    onEvent(event) {
      state.apply(event);
      paths.push(event.fd?.name ?? '');
    },
  });
  // The state has the process list of this machine in it, and the file that was open before.
  expect(paths).toEqual(['/secret', '/other']);
  expect(state.thread(process.pid)?.exePath).toBe(process.execPath);
  rmSync(folder, { recursive: true });
});

test('a capture begins with the users of this machine, though no event came before it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-record-'));
  const path = join(folder, 'all.scap');
  const bench = startBench();
  const { session } = startSession(bench);
  const record = { mode: 'everything', path, durationMs: 0, maxBytes: 0 } as const;
  await session.exchange(programOf(secret));
  await session.open({ ...settings, record });
  bench.open('/other');
  await session.stop();
  const state = new StateTables();
  await replayCapture(path, {
    event: new EventView(state, latin1),
    sink: state.sink,
    onEvent(event) {
      state.apply(event);
    },
  });
  expect(state.user('', 0)?.name).toBe('root');
  expect(state.group('', 0)?.name).toBe('root');
  rmSync(folder, { recursive: true });
});

test('a capture of a held process begins when it becomes the command, with what it has by then', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-record-'));
  const path = join(folder, 'all.scap');
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
  const state = new StateTables();
  const seen: unknown[] = [];
  await replayCapture(path, {
    event: new EventView(state, latin1),
    sink: state.sink,
    onEvent(event) {
      state.apply(event);
      seen.push([event.info.name, event.thread?.fds.get(0)?.name]);
    },
  });
  expect(seen).toEqual([['execve', '/input']]);
  rmSync(folder, { recursive: true });
});

const containerCgroup = ['cpu=/docker/0123456789ab0123456789ab0123456789ab0123456789ab0123456789ab0123'];
const inContainer = ruleText(
  'Inside',
  'evt.type = openat and container.id != host',
  'in %container.name by %proc.name',
);

/** A process in a container that opens a file, and then calls itself otherwise. */
function actInContainer({ source }: Bench): void {
  const usage = [1024, 1, 2, 3, 4, 5];
  const params = [0, '/bin/child', ['a'], 50, 50, 1, '/', ...usage, 'child', containerCgroup];
  source.put('SYSCALL_CLONE_20_X', [...params, 0, 0, 0, 50, 50, 9], 50);
  source.put('SYSCALL_OPENAT_2_X', [3, -100, '/x', 1, 0, 5, 77], 50);
  const exec = [0, '/bin/later', [], 50, 50, 1, '/', ...usage, 'later', containerCgroup, ['A=b'], 0, 0, 0];
  source.put('SYSCALL_EXECVE_19_X', exec, 50);
}

test('an alert waits for what is known of its container, and shows the process as it was', async () => {
  const bench = startBench();
  const { session, alerts } = startSession(bench, {
    lookUp: ({ id }) => Promise.resolve(containerWith({ id, name: 'web' })),
    close: () => undefined,
  });
  await session.exchange(programOf(inContainer));
  await session.open(settings);
  actInContainer(bench);
  await expect.poll(() => alerts).toHaveLength(1);
  expect(alerts[0]).toContain('in web by child');
  expect((await session.stop()).incompleteAlerts).toBe(0);
});

test('it keeps the rule that raised it when rules are exchanged meanwhile, however often', async () => {
  const bench = startBench();
  let answerOf: (container: Container) => void = () => undefined;
  const { session, alerts } = startSession(bench, {
    lookUp: () => new Promise((resolve) => (answerOf = resolve)),
    close: () => undefined,
  });
  await session.exchange(programOf(inContainer));
  await session.open(settings);
  actInContainer(bench);
  await expect.poll(() => bench.engine.figures().events).toBe(3);
  for (let i = 0; i < 3; i++) {
    await session.exchange(programOf(secret));
  }
  answerOf(containerWith({ id: '0123456789ab', name: 'web' }));
  await expect.poll(() => alerts).toHaveLength(1);
  expect(alerts[0]).toMatch(/^Inside: .*in web by child/);
  await session.stop();
});

test('a capture tells of a container what a replay needs for the same alert', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-record-'));
  const path = join(folder, 'all.scap');
  const bench = startBench();
  const { session, alerts } = startSession(bench, {
    lookUp: ({ id }) => Promise.resolve(containerWith({ id, name: 'web' })),
    close: () => undefined,
  });
  await session.exchange(programOf(inContainer));
  await session.open({ ...settings, record: { mode: 'everything', path, durationMs: 0, maxBytes: 0 } });
  actInContainer(bench);
  await expect.poll(() => alerts).toHaveLength(1);
  actInContainer(bench);
  await session.stop();
  const state = new StateTables();
  const names: string[] = [];
  await replayCapture(path, {
    event: new EventView(state, latin1),
    sink: state.sink,
    onEvent(event) {
      state.apply(event);
      if (event.info.code === 'SYSCALL_OPENAT_2_X') {
        names.push(state.container(event.thread?.containerId ?? '')?.name ?? '');
      }
    },
  });
  // Known from when the answer came, as it was for the rules.
  expect(names).toEqual(['', 'web']);
  rmSync(folder, { recursive: true });
});

test('it waits for a second at most', async () => {
  const bench = startBench();
  const { engine, messages, clock } = bench;
  engine.load(programOf(inContainer));
  await engine.open(settings);
  engine.begin();
  actInContainer(bench);
  engine.turn();
  expect(messages).toContainEqual({
    kind: 'container',
    question: { id: '0123456789ab', cgroup: containerCgroup[0]?.slice(4), tid: 50 },
  });
  expect(alertsOf(messages)).toEqual([]);
  clock.ms += 999;
  engine.turn();
  expect(alertsOf(messages)).toEqual([]);
  clock.ms += 1;
  engine.turn();
  expect(alertsOf(messages)[0]?.line).toContain('in <NA> by child');
  expect(engine.figures().incompleteAlerts).toBe(1);
});

test('rules know a container that was announced, and its alert waits for what its runtime says', async () => {
  const bench = startBench();
  const { engine, messages } = bench;
  engine.load(
    programOf(
      ruleText(
        'Inside',
        'evt.type = openat and container.name = web',
        '%container.image.repository %user.name %container.ip',
      ),
    ),
  );
  await engine.open(settings);
  engine.begin();
  const id = '0123456789ab';
  engine.announce(containerWith({ id, name: 'web', imageRepository: 'nginx' }));
  actInContainer(bench);
  engine.turn();
  expect(alertsOf(messages)).toEqual([]);
  const container = containerWith({ id, name: 'web', imageRepository: 'nginx', ip: '10.0.0.7' });
  engine.container({ id, container, users: [{ uid: 0, gid: 0, name: 'admin', home: '/', shell: '' }] });
  engine.turn();
  expect(alertsOf(messages)[0]?.line).toContain('nginx admin 10.0.0.7');
});

const startedContainer = ruleText(
  'Started',
  'evt.type = container and container.image.repository = nginx',
  '%evt.type %container.name %proc.name',
);

test('what becomes known of a container goes past the rules as an event, once events have begun', async () => {
  const { engine, messages } = startBench();
  engine.load(programOf(startedContainer));
  await engine.open(settings);
  const early = containerWith({ id: 'aaaaaaaaaaaa', name: 'early', imageRepository: 'nginx' });
  engine.container({ id: early.id, container: early });
  engine.turn();
  expect(alertsOf(messages)).toEqual([]);
  engine.begin();
  const late = containerWith({ id: 'bbbbbbbbbbbb', name: 'late', imageRepository: 'nginx' });
  engine.container({ id: late.id, container: late });
  const other = containerWith({ id: 'cccccccccccc', name: 'other', imageRepository: 'redis' });
  engine.container({ id: other.id, container: other });
  engine.container({ id: 'dddddddddddd', container: null });
  engine.turn();
  const lines = alertsOf(messages).map(({ line }) => line);
  expect(lines.map((line) => /container \w+ <NA>/.exec(line)?.[0])).toEqual([
    'container early <NA>',
    'container late <NA>',
  ]);
  expect(engine.state.container('cccccccccccc')?.name).toBe('other');
});

test('a capture that the event of a container begins has that event once', async () => {
  const bench = startBench();
  const { engine, messages } = bench;
  engine.load(programOf(startedContainer));
  const record = { mode: 'all_rules', path: '/unused', durationMs: 5000, maxBytes: 0 } as const;
  await engine.open({ ...settings, record });
  engine.begin();
  const container = containerWith({ id: 'aaaaaaaaaaaa', name: 'web', imageRepository: 'nginx' });
  engine.container({ id: container.id, container });
  engine.stop();
  const pieces = messages.flatMap((message) =>
    message.kind === 'piece' && message.piece.bytes !== null ? [message.piece.bytes] : [],
  );
  const folder = mkdtempSync(join(tmpdir(), 'lanner-container-'));
  const path = join(folder, 'started.scap');
  writeFileSync(path, Buffer.concat(pieces));
  const state = new StateTables();
  const names: string[] = [];
  await replayCapture(path, {
    event: new EventView(state, latin1),
    sink: state.sink,
    onEvent: (event) => names.push(event.info.name),
  });
  expect(names).toEqual(['asyncevent']);
  rmSync(folder, { recursive: true });
});
