import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Bench, benchEvent, benchNow, connection, openBench } from '../testkit/api-bench.ts';
import { Tokens } from './tokens.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.intake.take(benchEvent('Shell', 'Error', { 'proc.name': 'sh', 'fd.name': '/a' }));
  await bench.intake.take(benchEvent('Shell', 'Error', { 'proc.name': 'sh', 'fd.name': '/b' }));
  await bench.intake.take(benchEvent('Read', 'Critical', { 'proc.name': 'çat' }, '2026-01-01T13:00:00Z'));
});

async function request(
  method: string,
  path: string,
  body?: unknown,
  token: string | null = bench.admin,
): Promise<{ status: number; json: never }> {
  const response = await bench.api.app.request(
    path,
    {
      method,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
    connection,
  );
  return { status: response.status, json: (await response.json()) as never };
}

async function get<T>(path: string): Promise<T> {
  const { status, json } = await request('GET', path);
  expect(status, JSON.stringify(json)).toBe(200);
  return json;
}

describe('alerts', () => {
  test('are searched by facets, words and time, newest first', async () => {
    const rules = async (query: string): Promise<string[]> =>
      (await get<{ alerts: { event: { rule: string } }[] }>(`/api/v1/alerts${query}`)).alerts.map(
        (alert) => alert.event.rule,
      );
    expect(await rules('')).toEqual(['Read', 'Shell', 'Shell']);
    expect(await rules('?rule=Shell,Other')).toEqual(['Shell', 'Shell']);
    expect(await rules('?not.rule=Shell&not.rule=Other')).toEqual(['Read']);
    expect(await rules('?min_priority=Critical')).toEqual(['Read']);
    expect(await rules('?q=%C3%A7at')).toEqual(['Read']);
    expect(await rules('?from=2026-01-01T12:30:00Z')).toEqual(['Read']);
    expect(await rules('?from=10h')).toEqual([]);
  }, 5000);

  test('facets and histograms are answered in time unless more is asked for; a count is exact', async () => {
    const look = vi.spyOn(bench.store.alerts, 'look');
    for (const path of ['facets', 'histogram', 'facets?within_ms=5000', 'count', 'count?within_ms=20']) {
      await get(`/api/v1/alerts/${path}`);
    }
    expect(look.mock.calls.map(([, { withinMs }]) => withinMs)).toEqual([100, 100, 5000, undefined, 20]);
  });

  test('a name that nobody knows is told with what it may be', async () => {
    const hintOf = async (method: string, path: string, body?: unknown): Promise<string> => {
      const { status, json } = await request(method, path, body);
      expect(status).toBe(400);
      return (json as { error: { hint: string } }).error.hint;
    };
    expect(await hintOf('GET', '/api/v1/alerts?ruel=a')).toBe('Did you mean rule?');
    expect(await hintOf('GET', '/api/v1/alerts?anything=a')).toMatch(/^There are from, to, .*cursor/);
    const silence = { conditions: {}, reason: 'x', expires: 1 };
    expect(await hintOf('POST', '/api/v1/silences', silence)).toBe('Did you mean expiresMs?');
  });

  test('are counted in all ways', async () => {
    expect(await get('/api/v1/alerts/count?priority=Error')).toEqual({ count: 2, share: 1 });
    expect(await get('/api/v1/alerts/facets?facets=rule&within_ms=100')).toEqual({
      share: 1,
      facets: {
        rule: [
          { value: 'Shell', count: 2 },
          { value: 'Read', count: 1 },
        ],
      },
    });
    const { buckets } = await get<{ buckets: { count: number }[] }>(
      '/api/v1/alerts/histogram?from=2026-01-01T12:00:00Z&to=2026-01-01T14:00:00Z&buckets=2&by=rule',
    );
    expect(buckets.map(({ count }) => count)).toEqual([2, 1]);
    const { groups } = await get<{ groups: { count: number }[] }>('/api/v1/alerts/groups');
    expect(groups.map(({ count }) => count)).toEqual([1, 1, 1]);
  });

  test('are acknowledged by a query, and the log says who did it', async () => {
    expect(await request('POST', '/api/v1/alerts/triage?rule=Shell', { kind: 'acknowledge' })).toEqual({
      status: 200,
      json: { groups: 2 },
    });
    expect(await get('/api/v1/alerts/count?status=open')).toEqual({ count: 1, share: 1 });
    const { entries } = await get<{ entries: { by: string; action: string }[] }>('/api/v1/audit');
    expect(entries).toMatchObject([
      { by: 'ada', action: 'alerts.triage', details: { body: { kind: 'acknowledge' } } },
    ]);
  });

  test('what is asked wrongly is told', async () => {
    expect(await request('GET', '/api/v1/alerts?colour=red')).toMatchObject({
      status: 400,
      json: { error: { code: 'usage.invalid' } },
    });
    expect((await request('GET', '/api/v1/alerts?limit=0')).status).toBe(400);
    expect((await request('GET', '/api/v1/alerts/none')).status).toBe(404);
    expect((await request('GET', '/api/v1/nothing')).status).toBe(404);
    expect((await request('POST', '/api/v1/alerts/triage', { kind: 'explode' })).status).toBe(400);
  });
});

describe('access', () => {
  test('nothing is told without a token, and nothing is changed without its scope', async () => {
    expect((await request('GET', '/api/v1/alerts', undefined, null)).status).toBe(401);
    expect((await request('GET', '/api/v1/alerts', undefined, 'lnr_000000000000_x')).status).toBe(401);
    const { secret } = await bench.tokens.create(
      { name: 'viewer', scopes: ['view'], expiresMs: benchNow() + 1 },
      benchNow(),
    );
    expect((await request('GET', '/api/v1/alerts', undefined, secret)).status).toBe(200);
    expect((await request('POST', '/api/v1/alerts/triage', { kind: 'reopen' }, secret)).status).toBe(403);
    expect((await request('GET', '/api/v1/audit', undefined, secret)).status).toBe(403);
    const { secret: expired } = await bench.tokens.create(
      { name: 'old', scopes: ['admin'], expiresMs: benchNow() },
      benchNow(),
    );
    expect((await request('GET', '/api/v1/alerts', undefined, expired)).status).toBe(401);
    expect((await request('GET', '/api/v1/healthz', undefined, null)).json).toEqual({ status: 'ok' });
  });

  test('tokens are made, listed without secrets, and revoked', async () => {
    const made = await request('POST', '/api/v1/tokens', { name: 'ci', scopes: ['intake'], expiresMs: null });
    const { token, secret } = made.json as { token: { id: string }; secret: string };
    expect((await request('GET', '/api/v1/alerts', undefined, secret)).status).toBe(403);
    expect(JSON.stringify(await get('/api/v1/tokens'))).not.toContain(secret.slice(17));
    expect((await request('DELETE', `/api/v1/tokens/${token.id}`)).status).toBe(200);
    expect((await request('GET', '/api/v1/alerts', undefined, secret)).status).toBe(401);
  });

  test('there may be many tokens, not endlessly many', async () => {
    const { documents } = bench.store;
    for (let i = 0; i < 10_000; i++) {
      await documents.put('token', String(i), {
        id: String(i),
        name: 'join',
        scopes: ['agent'],
        expiresMs: 0,
      });
    }
    const full = await Tokens.load(documents);
    await expect(full.create({ name: 'join', scopes: [], expiresMs: null }, 0)).rejects.toMatchObject({
      code: 'store.conflict',
      hint: expect.stringContaining('lanner server token list') as string,
    });
  });

  test('who guesses has to wait', async () => {
    const tries = await Promise.all(
      Array.from({ length: 30 }, () => request('GET', '/api/v1/alerts', undefined, 'lnr_guess')),
    );
    expect(tries.at(-1)?.status).toBe(429);
  });
});

describe('calm', () => {
  test('an exception is proposed of alerts, and says what it hides before it is saved', async () => {
    const proposed = await request('POST', '/api/v1/exceptions/propose?rule=Shell&q=%22/a%22', {});
    const { proposal, effect } = proposed.json as { proposal: { name: string }; effect: object };
    expect(proposal).toMatchObject({
      rule: 'Shell',
      fields: ['proc.name', 'fd.name'],
      comps: ['=', '='],
      values: [['sh', '/a']],
    });
    expect(effect).toMatchObject({ hidden: 1, kept: 1, unknown: 0, examined: 2, complete: true });
    expect(effect).toMatchObject({ chosen: { hidden: 1, kept: 0, unknown: 0 } });
    const saved = await request('POST', '/api/v1/exceptions', { ...proposal, name: 'builds' });
    expect((saved.json as { text: string }).text).toContain('override:');
    expect(await get('/api/v1/exceptions')).toMatchObject({ exceptions: [{ by: 'ada' }] });
  });

  test('silences hold back until they expire', async () => {
    const silence = await request('POST', '/api/v1/silences', {
      conditions: { rule: ['Shell'] },
      reason: 'known',
      expiresMs: benchNow() + 1000,
    });
    const { id } = silence.json as { id: string };
    expect(await get('/api/v1/silences')).toMatchObject({ silences: [{ id, by: 'ada' }] });
    expect((await request('DELETE', `/api/v1/silences/${id}`)).status).toBe(200);
    expect((await request('DELETE', `/api/v1/silences/${id}`)).status).toBe(404);
    expect(
      (await request('POST', '/api/v1/silences', { conditions: {}, reason: 'x', expiresMs: 1 })).status,
    ).toBe(400);
  });
});

describe('the server', () => {
  test('tells of destinations, tests them, and says which are not there yet', async () => {
    expect(await get('/api/v1/destinations')).toMatchObject({
      destinations: [{ name: 'slack', state: 'idle', audience: 'people' }],
      unsupported: ['gotify'],
    });
    expect((await request('POST', '/api/v1/destinations/slack/test')).status).toBe(200);
    expect(await request('POST', '/api/v1/destinations/slak/test')).toMatchObject({
      status: 404,
      json: { error: { hint: 'Did you mean slack?' } },
    });
  });

  test('tells of itself, and of its settings without secrets', async () => {
    expect(await get('/api/v1/server')).toMatchObject({
      version: '1.2.3',
      you: { name: 'ada' },
      notes: ['a note'],
    });
    const { settings } = await get<{ settings: { key: string; value: unknown }[] }>(
      '/api/v1/configuration/effective',
    );
    expect(settings.find(({ key }) => key === 'slack.webhookurl')).toMatchObject({
      value: '***',
      from: 'file',
    });
  });

  test('describes its API', async () => {
    const document = await get<{ paths: Record<string, Record<string, { summary: string }>> }>(
      '/api/v1/openapi.json',
    );
    expect(document.paths['/api/v1/alerts/{id}']?.['get']?.summary).toMatch(/\.$/);
    expect(Object.keys(document.paths).length).toBeGreaterThan(25);
    expect(document.paths['/api/v1/alerts/stream']?.['get']).toMatchObject({
      security: [{ token: ['view'] }],
      responses: { 200: { content: { 'text/event-stream': {} } } },
    });
    expect(JSON.stringify(document.paths['/api/v1/alerts/stream'])).toContain('min_priority');
  });
});

describe('falcosidekick-ui', () => {
  test('is answered in its shapes, by the password of Basic too', async () => {
    expect(await get('/api/v1/events/count')).toEqual({ statistics: { all: 3 } });
    expect(await get('/api/v1/events/count/rule?priority=Error')).toEqual({
      results: { Shell: 2 },
      statistics: { all: 2, distincts: 1 },
    });
    const found = await get<{ results: { rule: string }[]; statistics: object }>(
      '/api/v1/events/search?limit=2&page=2&since=null',
    );
    expect(found).toMatchObject({ results: [{ rule: 'Shell' }], statistics: { returned: 1, all: 3 } });
    const basic = await bench.api.app.request(
      '/api/v1/events/count?filter=%C3%A7a',
      { headers: { authorization: `Basic ${Buffer.from(`admin:${bench.admin}`).toString('base64')}` } },
      connection,
    );
    expect(await basic.json()).toEqual({ statistics: { all: 1 } });
  });

  test('a filter is a part of a text, with quotes and all, also within words', async () => {
    const body = { output: 'ran "cat /etc/shadow"', output_fields: { 'proc.name': 'cat' } };
    await bench.intake.take(
      JSON.stringify({ ...(JSON.parse(benchEvent('Other', 'Error', {})) as object), ...body }),
    );
    for (const [filter, all] of [
      ['ETC/SHA', 1],
      ['"cat', 1],
      ['hel', 2],
      ['null', 4],
      ['cat /shadow', 0],
    ] as const) {
      const asked = `/api/v1/events/search?filter=${encodeURIComponent(filter)}`;
      expect(await get(asked), filter).toMatchObject({ statistics: { returned: all, all } });
    }
  });

  test('what falcosidekick sends to its page is taken', async () => {
    const body = { event: JSON.parse(benchEvent('New', 'Debug', { a: 1 })) as unknown, outputs: ['slack'] };
    expect((await request('POST', '/api/v1/events/add', body)).status).toBe(200);
    expect((await request('POST', '/', body, null)).status).toBe(401);
    expect((await request('POST', '/', {})).status).toBe(400);
    expect(await get('/api/v1/events/count?rule=New')).toEqual({ statistics: { all: 1 } });
  });
});

describe('alerts are followed', () => {
  const follow = (query: string): Promise<Response> =>
    Promise.resolve(
      bench.api.app.request(
        `/api/v1/alerts/stream${query}`,
        { headers: { authorization: `Bearer ${bench.admin}` } },
        connection,
      ),
    );

  test('as they come, by a query that is read as everywhere else', async () => {
    const response = await follow('?rule=Shell&rule=Write');
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const text = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value);
    expect(await text()).toContain('event: start');
    await bench.intake.take(benchEvent('Read', 'Error', { a: 1 }));
    await bench.intake.take(benchEvent('Shell', 'Error', { a: 1 }));
    await bench.intake.take(benchEvent('Write', 'Error', { a: 1 }));
    expect(await text()).toMatch(/event: alert\ndata: .*"rule":"Shell".*\nid: 5/);
    expect(await text()).toMatch(/event: alert\ndata: .*"rule":"Write".*\nid: 6/);
    await reader.cancel();
    bench.stop.abort();
  });

  test('what is asked wrongly is told as everywhere else', async () => {
    for (const query of ['?colour=red', '?from=soon', '?min_priority=1&min_priority=2']) {
      const refused = await follow(query);
      expect(refused.status).toBe(400);
      const { json } = await request('GET', `/api/v1/alerts/count${query}`);
      // Counting takes a name more, which its hint has.
      const { code, message } = (json as { error: { code: string; message: string } }).error;
      expect(await refused.json()).toMatchObject({ error: { code, message } });
    }
  });
});
