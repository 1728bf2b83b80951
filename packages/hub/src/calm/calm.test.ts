import type { NewAlert, PriorityName } from '@lanner/api';
import { expect, test } from 'vitest';
import { openMemoryStore } from '../testkit/memory-store.ts';
import { Calm, type CalmSettings } from './calm.ts';
import { Silences } from './silences.ts';

const hour = 3_600_000;
const usual: CalmSettings = { quietMs: 24 * hour, hourlyBudget: 3, mutedUntilMs: 0 };

let ids = 0;
function alert(fingerprint: string, priority: PriorityName = 'Error', rule = 'r', timeMs = 0): NewAlert {
  return {
    id: String(++ids).padStart(26, '0'),
    receivedMs: timeMs,
    timeUs: timeMs * 1000,
    node: '',
    workload: { namespace: 'shop', pod: '', containerId: '', container: '', image: '' },
    fingerprint: fingerprint.padEnd(16, '0'),
    event: { uuid: '', output: 'o', priority, rule, time: '', source: 's', output_fields: {} },
  };
}

async function calm(settings: Partial<CalmSettings> = {}) {
  const store = await openMemoryStore();
  const silences = await Silences.load(store.documents);
  return { store, silences, calm: new Calm({ ...usual, ...settings }, silences, store.alerts) };
}

test('people are told of what is new, and again after it was quiet', async () => {
  const { calm: holder } = await calm();
  expect(await holder.decide([alert('a'), alert('a'), alert('b')], 0)).toEqual([null, 'known', null]);
  expect(await holder.decide([alert('a')], 23 * hour)).toEqual(['known']);
  // What goes on does not become new by going on.
  expect(await holder.decide([alert('a')], 46 * hour)).toEqual(['known']);
  expect(await holder.decide([alert('a')], 71 * hour)).toEqual([null]);
});

test('what was stored before a restart is known', async () => {
  const { store, calm: holder } = await calm();
  await store.alerts.append([alert('old', 'Error', 'r', 10 * hour)], [null]);
  expect(await holder.decide([alert('old')], 11 * hour)).toEqual(['known']);
  expect(await holder.decide([alert('new')], 11 * hour)).toEqual([null]);
});

test('a rule has a budget for each hour; critical alerts do not need one', async () => {
  const { calm: holder } = await calm();
  const many = ['1', '2', '3', '4', '5'].map((name) => alert(name));
  expect(await holder.decide(many, 0)).toEqual([null, null, null, 'budget', 'budget']);
  expect(await holder.decide([alert('6', 'Critical'), alert('7', 'Error', 'other')], 0)).toEqual([
    null,
    null,
  ]);
  expect(await holder.decide([alert('8')], hour)).toEqual([null]);
});

test('a new installation tells of critical alerts only', async () => {
  const { calm: holder } = await calm({ mutedUntilMs: 1000 });
  expect(await holder.decide([alert('a'), alert('b', 'Emergency')], 999)).toEqual(['muted', null]);
  expect(await holder.decide([alert('c')], 1000)).toEqual([null]);
});

test('a silence holds back what it names until it expires, also after a restart', async () => {
  const { store, silences, calm: holder } = await calm();
  const { id } = await silences.create(
    { conditions: { namespace: ['shop'], rule: ['r'] }, reason: 'x', expiresMs: 500 },
    'ada',
    0,
  );
  expect(await holder.decide([alert('a', 'Critical'), alert('b', 'Error', 'other')], 1)).toEqual([id, null]);
  const again = await Silences.load(store.documents);
  expect(again.matching(alert('z'), 1)).toBe(id);
  expect(again.matching(alert('z'), 500)).toBeNull();
});

test('a test alert always goes out', async () => {
  const { calm: holder } = await calm({ mutedUntilMs: Infinity });
  expect(
    await holder.decide([alert('a', 'Debug', 'Test rule'), alert('a', 'Debug', 'Test rule')], 0),
  ).toEqual([null, null]);
});

test('a clock that is set back, or is ahead elsewhere, does not keep people from being told', async () => {
  const { calm: holder, store, silences } = await calm({ mutedFromMs: 100 * hour, mutedUntilMs: 101 * hour });
  expect(await holder.decide([alert('a')], 100.5 * hour)).toEqual(['muted']);
  expect(await holder.decide([alert('b')], 50 * hour)).toEqual([null]);
  await store.alerts.append([alert('ahead', 'Error', 'r', 900 * hour)], [null]);
  expect(await holder.decide([alert('ahead')], 50 * hour)).toEqual(['known']);
  expect(await holder.decide([alert('ahead')], 75 * hour)).toEqual([null]);
  // A silence goes on when the clock is right again.
  const { id } = await silences.create(
    { conditions: {}, reason: '', expiresMs: 80 * hour },
    'ada',
    75 * hour,
  );
  expect(silences.matching(alert('c'), 90 * hour)).toBeNull();
  expect(silences.matching(alert('c'), 76 * hour)).toBe(id);
});

test('alerts that were not stored are as if they had not come', async () => {
  const { calm: holder } = await calm();
  for (let i = 0; i < 5; i++) {
    const alerts = [alert('x'), alert('y', 'Critical'), alert('x')];
    const held = await holder.decide(alerts, 0);
    expect(held).toEqual([null, null, 'known']);
    holder.takeBack(alerts, held);
  }
  // Nothing of the budget of three was spent.
  const many = ['1', '2', '3', '4'].map((name) => alert(name));
  expect(await holder.decide(many, 0)).toEqual([null, null, null, 'budget']);
});
