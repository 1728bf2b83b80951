import type { RequestOptions } from 'node:https';
import { Readable } from 'node:stream';

export interface HttpsFetchOptions {
  /** Accept any certificate. */
  readonly insecure?: boolean;
  /** Certificates of authorities to trust besides the usual ones, in PEM form. */
  readonly ca?: readonly string[];
}

const maxRedirects = 5;

/**
 * A `fetch` for GET requests whose trust in certificates can be chosen, which the built-in one has no way for. Follows
 * redirects; credentials do not go with them to another host.
 */
export function httpsFetch(options: HttpsFetchOptions): typeof globalThis.fetch {
  return async (input, init = {}) => {
    const address = input instanceof Request ? input.url : input.toString();
    let url = new URL(address);
    let headers = Object.fromEntries(new Headers(init.headers).entries());
    for (let i = 0; i <= maxRedirects; i++) {
      const response = await get(url, headers, init.signal ?? undefined, options);
      const location = response.headers.get('location');
      if (location === null || ![301, 302, 303, 307, 308].includes(response.status)) {
        return response;
      }
      await response.body?.cancel();
      const next = new URL(location, url);
      if (next.host !== url.host) {
        headers = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization'));
      }
      url = next;
    }
    throw new Error('too many redirects');
  };
}

async function get(
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
  { insecure, ca }: HttpsFetchOptions,
): Promise<Response> {
  // They take long to load, and most scans ask no registry.
  const [{ request: ask }, { rootCertificates }] = await Promise.all([
    url.protocol === 'https:' ? import('node:https') : import('node:http'),
    import('node:tls'),
  ]);
  const options: RequestOptions = {
    headers,
    ...(signal === undefined ? {} : { signal }),
    ...(insecure === true ? { rejectUnauthorized: false } : {}),
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ...ca] }),
  };
  return new Promise((resolve, reject) => {
    const request = ask(url, options, (message) => {
      const status = message.statusCode ?? 500;
      const empty = status === 204 || status === 304;
      const body = empty ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>);
      const fields = Object.entries(message.headers).map(([name, value]): [string, string] => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]);
      resolve(new Response(body, { status, headers: fields }));
    });
    request.on('error', reject);
    request.end();
  });
}
