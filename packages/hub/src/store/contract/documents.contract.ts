import { expect, test } from 'vitest';
import type { OpenEmptyStore } from './open-store.ts';

export function documentContract(open: OpenEmptyStore): void {
  test('documents are written, listed by id, and removed', async () => {
    const store = await open({ now: () => 77 });
    const { documents } = store;
    expect(await documents.get('silence', 'a')).toBeNull();
    expect(await documents.put('silence', 'b', { text: 'größe', n: [1, null] })).toBe(1);
    expect(await documents.put('silence', 'a', 'plain')).toBe(1);
    expect(await documents.put('view', 'a', 1)).toBe(1);
    expect(await documents.put('silence', 'b', { text: 'x' })).toBe(2);
    expect(await documents.list('silence')).toEqual([
      { id: 'a', value: 'plain', revision: 1, updatedMs: 77 },
      { id: 'b', value: { text: 'x' }, revision: 2, updatedMs: 77 },
    ]);
    expect(await documents.remove('silence', 'b')).toBe(true);
    expect(await documents.remove('silence', 'b')).toBe(false);
    expect(await documents.get('silence', 'b')).toBeNull();
    expect((await documents.get('view', 'a'))?.value).toBe(1);
    await store.close();
  });

  test('of two who change the same revision one is told', async () => {
    const store = await open({});
    const { documents } = store;
    expect(await documents.put('setting', 'x', 1, 0)).toBe(1);
    await expect(documents.put('setting', 'x', 2, 0)).rejects.toMatchObject({ code: 'store.conflict' });
    const both = await Promise.allSettled([
      documents.put('setting', 'x', 'a', 1),
      documents.put('setting', 'x', 'b', 1),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await documents.get('setting', 'x'))?.revision).toBe(2);
    await store.close();
  });

  test('what is no JSON or too large is refused, and the rest goes on', async () => {
    const store = await open({});
    const { documents } = store;
    const results = await Promise.allSettled([
      documents.put('view', 'large', 'x'.repeat(1_100_000)),
      documents.put('view', 'none', undefined),
      documents.put('view', 'good', 1),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect((await documents.list('view')).map(({ id }) => id)).toEqual(['good']);
    await store.close();
  });

  test('the audit log is read backwards, page by page', async () => {
    const store = await open({});
    const entry = {
      by: 'ann',
      action: 'silence.create',
      target: 's1',
      details: { a: 1 },
      address: '127.0.0.1',
    };
    for (let atMs = 0; atMs < 5; atMs++) {
      await store.audit.append({ ...entry, atMs });
    }
    const page = await store.audit.list(2);
    expect(page.map(({ atMs }) => atMs)).toEqual([4, 3]);
    expect(page[0]).toMatchObject(entry);
    const rest = await store.audit.list(10, page[1]!.id);
    expect(rest.map(({ atMs }) => atMs)).toEqual([2, 1, 0]);
    await store.close();
  });
}
