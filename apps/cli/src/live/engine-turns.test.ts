import { eventId } from '@lanner/engine';
import { expect, test } from 'vitest';
import { runningBench, settings, startBench } from './testkit/engine-bench.ts';
import { actInContainer, inContainer } from './testkit/in-container.ts';

const openat = eventId('SYSCALL_OPENAT_2_X');

test('it sleeps until the next thing is due: a look at the figures, or an alert that has waited long enough', async () => {
  const bench = await runningBench(inContainer);
  const { engine, source, clock } = bench;
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
