import type { Role } from '@lanner/api/http';
import { beforeEach, expect, test } from 'vitest';
import { type Bench, benchNow, connection, openBench } from '../../testkit/api-bench.ts';
import { SavedViews } from '../saved-views.ts';

interface View {
  readonly id: string;
  readonly name: string;
  readonly place: string;
  readonly mayChange: boolean;
}
type Send = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ status: number; json: View & { views: View[] } }>;

let bench: Bench;
let ada: Send;
let tom: Send;
let vera: Send;
beforeEach(async () => {
  bench = await openBench();
  ada = await somebody('ada', 'admin');
  tom = await somebody('tom', 'triage');
  vera = await somebody('vera', 'view');
});

async function somebody(name: string, role: Role): Promise<Send> {
  await bench.users.create(name, role, 'correct horse battery', benchNow());
  const ask = (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
    bench.api.app.request(
      path,
      {
        method,
        headers: { 'sec-fetch-site': 'same-origin', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      connection,
    );
  const begun = await ask('POST', '/api/v1/session', {}, { name, password: 'correct horse battery' });
  const { csrf } = (await begun.json()) as { csrf: string };
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
  return async (method, path, body) => {
    const answer = await ask(method, path, { cookie, 'x-lanner-csrf': csrf }, body);
    return { status: answer.status, json: (await answer.json()) as never };
  };
}

const shells = { name: 'Shells', place: '/events?rule=Terminal+shell&from=24h' };

async function save(who: Send, body: object = shells): Promise<View> {
  const { status, json } = await who('POST', '/api/v1/saved-views', body);
  expect(status, JSON.stringify(json)).toBe(200);
  return json;
}

async function namesOf(who: Send): Promise<string[]> {
  return (await who('GET', '/api/v1/saved-views')).json.views.map(({ name }) => name);
}

test('a view is for who saved it, unless it is shared', async () => {
  const own = await save(vera);
  const shared = await save(tom, {
    name: ' All criticals ',
    place: '/events?min_priority=Critical',
    isShared: true,
  });
  expect(await namesOf(vera)).toEqual(['All criticals', 'Shells']);
  expect(await namesOf(ada)).toEqual(['All criticals']);
  expect((await ada('GET', `/api/v1/saved-views/${own.id}`)).status).toBe(404);
  expect((await vera('GET', `/api/v1/saved-views/${shared.id}`)).json).toMatchObject({
    place: '/events?min_priority=Critical',
    by: 'tom',
    mayChange: false,
  });
});

test('it is renamed, moved and removed, and all of that stands in the audit log', async () => {
  const { id } = await save(vera);
  const changed = await vera('PUT', `/api/v1/saved-views/${id}`, { name: 'Other' });
  expect(changed.json).toMatchObject({ name: 'Other', place: shells.place });
  expect((await vera('PUT', `/api/v1/saved-views/${id}`, { place: '/' })).json.place).toBe('/');
  expect((await SavedViews.load(bench.store.documents)).list('person vera')).toMatchObject([
    { name: 'Other' },
  ]);
  expect((await vera('DELETE', `/api/v1/saved-views/${id}`)).status).toBe(200);
  expect((await vera('DELETE', `/api/v1/saved-views/${id}`)).status).toBe(404);
  expect(await namesOf(vera)).toEqual([]);
  const actions = (await bench.store.audit.list(10)).map(({ action }) => action);
  expect(actions.slice(0, 4)).toEqual(['view.remove', 'view.change', 'view.change', 'view.create']);
});

test('who may only look shares nothing, neither at once nor later', async () => {
  expect((await vera('POST', '/api/v1/saved-views', { ...shells, isShared: true })).status).toBe(403);
  const { id } = await save(vera);
  expect((await vera('PUT', `/api/v1/saved-views/${id}`, { isShared: true })).status).toBe(403);
  expect(await namesOf(tom)).toEqual([]);
});

test('what others share is changed by them and by administrators', async () => {
  const { id } = await save(tom, { ...shells, isShared: true });
  for (const change of [{ name: 'Mine' }, { isShared: false }]) {
    expect((await vera('PUT', `/api/v1/saved-views/${id}`, change)).status).toBe(403);
  }
  expect((await vera('DELETE', `/api/v1/saved-views/${id}`)).status).toBe(403);
  expect((await ada('PUT', `/api/v1/saved-views/${id}`, { name: 'Ours' })).status).toBe(200);
  expect(await namesOf(tom)).toEqual(['Ours']);
  expect((await ada('DELETE', `/api/v1/saved-views/${id}`)).status).toBe(200);
});

test('a token of the same name as somebody sees none of theirs', async () => {
  await save(ada);
  const answer = await bench.api.app.request(
    '/api/v1/saved-views',
    { headers: { authorization: `Bearer ${bench.admin}` } },
    connection,
  );
  expect(await answer.json()).toEqual({ views: [] });
});

test('who comes later under the name of somebody who is gone inherits what was shared only', async () => {
  await save(vera);
  await save(tom);
  await save(tom, { ...shells, name: 'Shared', isShared: true });
  expect((await ada('DELETE', '/api/v1/users/tom')).status).toBe(200);
  expect(await namesOf(await somebody('tom', 'triage'))).toEqual(['Shared']);
  expect(await namesOf(vera)).toEqual(['Shared', 'Shells']);
});

test.each([
  { name: '', place: '/' },
  { name: '  ', place: '/' },
  { name: 'a'.repeat(81), place: '/' },
  { name: 'a\nb', place: '/' },
  { name: 'a', place: 'https://elsewhere.test' },
  { name: 'a', place: '//elsewhere.test' },
  { name: 'a', place: 'javascript:alert(1)' },
  { name: 'a', place: '/api/v1/alerts' },
  { name: 'a', place: `/${'a'.repeat(2000)}` },
])('%j is refused', async (body) => {
  expect((await tom('POST', '/api/v1/saved-views', body)).status).toBe(400);
});

test('nobody saves without end', async () => {
  for (let i = 0; i < 100; i++) {
    await save(vera, { ...shells, name: `View ${i}` });
  }
  expect((await vera('POST', '/api/v1/saved-views', shells)).status).toBe(409);
  await save(tom);
});
