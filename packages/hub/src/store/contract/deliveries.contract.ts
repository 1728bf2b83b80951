import { expect, test } from 'vitest';
import { sampleAlerts } from '../../testkit/sample-alerts.ts';
import type { OpenEmptyStore } from './open-store.ts';

export function deliveryContract(open: OpenEmptyStore): void {
  test('a destination begins at the end, moves on, and is where it was', async () => {
    const store = await open({});
    const alerts = sampleAlerts(4);
    await store.alerts.append(alerts.slice(0, 2), [null, null]);
    const state = { destination: 'slack', position: 2, delivered: 0, deadLetters: 0, lost: 0 };
    expect(await store.deliveries.open('slack')).toEqual(state);
    await store.alerts.append(alerts.slice(2), [null, null]);
    expect(await store.deliveries.open('slack')).toEqual(state);
    await store.deliveries.advance('slack', 3, 1);
    await store.deliveries.advance('slack', 4, 0);
    expect(await store.deliveries.states()).toEqual([{ ...state, position: 4, delivered: 1 }]);
    await store.close();
  });

  test('dead letters are kept until they are forgotten', async () => {
    const store = await open({});
    const alerts = sampleAlerts(3);
    await store.deliveries.open('mail');
    await store.deliveries.open('hook');
    await store.alerts.append(alerts, [null, null, null]);
    await store.deliveries.bury('mail', 1, 'too large', 2, 10);
    await store.deliveries.bury('hook', 2, 'gone', 1, 11);
    await store.deliveries.bury('mail', 3, 'refused', 3, 12);
    const all = await store.deliveries.deadLetters(null, 10);
    expect(all.map(({ destination, alert, reason }) => [destination, alert.id, reason])).toEqual([
      ['mail', alerts[2]!.id, 'refused'],
      ['hook', alerts[1]!.id, 'gone'],
      ['mail', alerts[0]!.id, 'too large'],
    ]);
    const [newest] = await store.deliveries.deadLetters('mail', 1);
    expect(newest).toMatchObject({ attempts: 3, atMs: 12 });
    expect(await store.deliveries.deadLetters('mail', 5, newest!.id)).toEqual([all[2]]);
    expect((await store.deliveries.states()).map((state) => state.deadLetters)).toEqual([1, 2]);
    expect(await store.deliveries.forget([newest!.id, 999])).toBe(1);
    expect(await store.deliveries.deadLetters('mail', 5)).toEqual([all[2]]);
    await store.close();
  });

  test('what retention takes before it was delivered is counted as lost', async () => {
    const store = await open({ retention: { maxAgeMs: 1000, maxBytes: 1e12 } });
    const alerts = sampleAlerts(10).map((alert, index) => ({ ...alert, receivedMs: 1000 * index }));
    await store.deliveries.open('slow');
    await store.deliveries.open('quick');
    await store.alerts.append(
      alerts,
      alerts.map(() => null),
    );
    await store.deliveries.advance('slow', 2, 2);
    await store.deliveries.bury('quick', 1, 'refused', 1, 0);
    await store.deliveries.advance('quick', 10, 9);
    await store.maintain(8500);
    expect(await store.deliveries.states()).toMatchObject([
      { destination: 'quick', lost: 1, deadLetters: 0 },
      { destination: 'slow', lost: 6 },
    ]);
    expect(await store.deliveries.deadLetters(null, 5)).toEqual([]);
    await store.maintain(8600);
    expect((await store.deliveries.states()).map(({ lost }) => lost)).toEqual([1, 6]);
    await store.close();
  });
}
