import { eventId } from '@lanner/engine';
import { expect, test } from 'vitest';
import { alertsOf, runningBench, secret, settings, startBench } from './testkit/engine-bench.ts';
import { programOf, ruleText } from './testkit/programs.ts';

const openat = eventId('SYSCALL_OPENAT_2_X');
const connect = eventId('SOCKET_CONNECT_X');

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

test('figures tell what rules took since they were loaded, where they are timed', async () => {
  let clockMs = 0;
  const { engine, open } = startBench({ every: 2, clockMs: () => (clockMs += 0.001), random: () => 0 });
  engine.load(programOf(secret));
  await engine.open(settings);
  engine.begin();
  for (let turn = 0; turn < 8; turn++) {
    open('/a');
  }
  engine.turn();
  expect(engine.figures().ruleTimes).toMatchObject({ events: 4, probed: 4 });
  engine.load(programOf(secret));
  expect(engine.figures().ruleTimes).toMatchObject({ events: 0, probed: 0 });
  expect((await runningBench(secret)).engine.figures().ruleTimes).toBeNull();
});

test('a reload asks for more, exchanges the rules, and then asks for no more than they need', async () => {
  const { engine, source, open, messages } = await runningBench(secret, {
    base: { customSet: [], repair: true, all: false },
  });
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
  const { engine, source, clock } = await runningBench(secret);
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
  const { engine, source, open, messages } = await runningBench(secret);
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
  const { engine, source, messages, clock } = await runningBench(
    `${secret}${ruleText('Connects', 'evt.type = connect')}`,
  );
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
  const { engine, source, open, messages, clock, usage } = await runningBench(secret);
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
  const { engine, source, messages } = await runningBench(
    ruleText('Opens', 'evt.type = openat', '%evt.res'),
    { dropsFailed: true },
  );
  source.put('SYSCALL_OPENAT_2_X', [-2, -100, '/x', 1, 0, 5, 77], 42);
  source.put('SYSCALL_OPENAT_2_X', [3, -100, '/x', 1, 0, 5, 77], 42);
  engine.turn();
  expect(alertsOf(messages).map(({ line }) => line.replace(/.*Notice /, ''))).toEqual(['SUCCESS']);
});

test('what a held process does before it becomes the command is seen by no rule', async () => {
  const { engine, source, messages } = await runningBench(
    ruleText('Starts', 'evt.type = execve', '%evt.res %proc.name'),
    { heldPid: 42 },
  );
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
  const { engine, open, messages } = await runningBench(secret);
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
