import { expect, test } from 'vitest';
import { openMemoryStore } from '../testkit/memory-store.ts';
import { Silences } from './silences.ts';

test('silences that have expired are forgotten, others stay', async () => {
  const { documents } = await openMemoryStore({ now: () => 0 });
  const silences = await Silences.load(documents);
  const silence = { conditions: { rule: ['Shell'] }, reason: 'known' };
  await silences.create({ ...silence, expiresMs: 1000 }, 'ada', 0);
  const { id } = await silences.create({ ...silence, expiresMs: 1001 }, 'ada', 0);
  await silences.tidy(1000);
  expect(silences.list(0).map((each) => each.id)).toEqual([id]);
  expect((await documents.list('silence')).map((each) => each.id)).toEqual([id]);
});
