import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Context, Hono } from 'hono';

interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer<ArrayBuffer>;
  /** Made when the first browser asks. */
  packed: { readonly br: Buffer<ArrayBuffer>; readonly gzip: Buffer<ArrayBuffer> } | null;
}

/** The files of the page by name, in memory. */
export type Page = ReadonlyMap<string, PageFile>;

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Nothing from elsewhere, nothing inline, no text that becomes code or markup. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Browsers ask again each time, and get 304.
  'cache-control': 'no-cache',
  vary: 'accept-encoding',
};

export function pageOf(files: ReadonlyMap<string, Uint8Array>): Page {
  return new Map(
    [...files].map(([name, bytes]) => {
      const plain = Buffer.from(bytes);
      const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
      const type = types[/\w+$/.exec(name)?.[0] ?? ''] ?? 'application/octet-stream';
      return [name, { type, etag, plain, packed: null }];
    }),
  );
}

/** Serves the page under all addresses that are not the API's: each view has an address of its own. */
export function addPage(app: Hono, page: Page | null): void {
  app.get('*', (context, next) => {
    const { path } = context.req;
    if (path.startsWith('/api/')) {
      return next();
    }
    if (page === null) {
      return Promise.resolve(
        new Response(
          'The page is not built. Run: node tools/build-page.ts, and start again. The API is at /api/v1/openapi.json.\n',
          { status: 503, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' } },
        ),
      );
    }
    const file = path.startsWith('/assets/')
      ? page.get(path.slice('/assets/'.length))
      : page.get('index.html');
    return file === undefined ? next() : Promise.resolve(answer(context, file));
  });
}

function answer({ req }: Context, file: PageFile): Response {
  const { type, etag, plain } = file;
  if (req.header('if-none-match') === etag) {
    return new Response(null, { status: 304, headers: { ...headers, etag } });
  }
  const accepted = (req.header('accept-encoding') ?? '').split(',').map((name) => name.trim().split(';')[0]);
  const encoding = (['br', 'gzip'] as const).find((name) => accepted.includes(name));
  if (encoding === undefined) {
    return new Response(plain, { headers: { ...headers, etag, 'content-type': type } });
  }
  file.packed ??= {
    br: brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    gzip: gzipSync(plain, { level: 9 }),
  };
  return new Response(file.packed[encoding], {
    headers: { ...headers, etag, 'content-type': type, 'content-encoding': encoding },
  });
}
