import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { addPage, pageOf } from './page.ts';

const app = new Hono();
addPage(
  app,
  pageOf(
    new Map([
      ['index.html', Buffer.from('<p>page')],
      ['page.js', Buffer.from('run()'.repeat(100))],
    ]),
  ),
);

test.each(['/', '/events', '/setup', '/a/b'])('%s is the page', async (path) => {
  const response = await app.request(path);
  expect(await response.text()).toBe('<p>page');
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
});

test('nothing inline, nothing from elsewhere and no eval is allowed', async () => {
  const policy = (await app.request('/')).headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*|data:/);
});

test('files are packed as the browser takes them, and not sent twice', async () => {
  const get = (headers: Record<string, string>): Promise<Response> =>
    Promise.resolve(app.request('/assets/page.js', { headers }));
  const whole = 'run()'.repeat(100);
  const br = await get({ 'accept-encoding': 'gzip, deflate, br' });
  expect(br.headers.get('content-encoding')).toBe('br');
  expect(brotliDecompressSync(await br.arrayBuffer()).toString()).toBe(whole);
  const gzip = await get({ 'accept-encoding': 'gzip' });
  expect(gunzipSync(await gzip.arrayBuffer()).toString()).toBe(whole);
  expect(await (await get({})).text()).toBe(whole);
  const again = await get({ 'if-none-match': br.headers.get('etag') ?? '' });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe('');
});

test.each(['/assets/other.js', '/assets/../page.js', '/api/v1/none'])('%s is nothing', async (path) => {
  const text = await (await app.request(path)).text();
  expect(text === '404 Not Found' || text === '<p>page').toBe(true);
  expect(text).not.toContain('run()');
});

test('a page that was not built says how to build it', async () => {
  const bare = new Hono();
  addPage(bare, null);
  const response = await bare.request('/');
  expect(response.status).toBe(503);
  expect(await response.text()).toContain('node tools/build-page.ts');
});
