import { type Container } from '@lanner/engine';
import { containerWith } from '@lanner/sensor';
import { expect, test } from 'vitest';
import { alertsOf, runningBench, secret, settings, startBench } from './testkit/engine-bench.ts';
import {
  actInContainer,
  callsItWeb,
  containerCgroup,
  inContainer,
  startedContainer,
} from './testkit/in-container.ts';
import { startSession } from './testkit/live-session.ts';
import { programOf, ruleText } from './testkit/programs.ts';

test('an alert waits for what is known of its container, and shows the process as it was', async () => {
  const bench = startBench();
  const { session, alerts } = startSession(bench, { containers: callsItWeb });
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
    containers: { lookUp: () => new Promise((resolve) => (answerOf = resolve)), close: () => undefined },
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

test('it waits for a second at most', async () => {
  const bench = await runningBench(inContainer);
  const { engine, messages, clock } = bench;
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

test('a container that is removed goes past the rules with what was known of it, and is forgotten', async () => {
  const { engine, messages } = startBench();
  engine.load(programOf(ruleText('Removed', 'evt.type = container_removed', '%container.name gone')));
  await engine.open(settings);
  const early = containerWith({ id: 'aaaaaaaaaaaa', name: 'early' });
  engine.container({ id: early.id, container: early });
  engine.removed(containerWith({ id: 'aaaaaaaaaaaa' }));
  engine.begin();
  const late = containerWith({ id: 'bbbbbbbbbbbb', name: 'late' });
  engine.container({ id: late.id, container: late });
  engine.removed(containerWith({ id: 'bbbbbbbbbbbb' }));
  engine.removed(containerWith({ id: 'cccccccccccc', name: 'stranger' }));
  engine.turn();
  const lines = alertsOf(messages).map(({ line }) => line);
  expect(lines.map((line) => /\w+ gone/.exec(line)?.[0])).toEqual(['late gone', 'stranger gone']);
  expect(engine.state.container('bbbbbbbbbbbb')).toBeNull();
});
