import { lookup as lookUp } from 'node:dns';
import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { isPublicAddress } from './public-address.ts';

export interface HttpsFetchOptions {
  /** Accept any certificate. */
  readonly insecure?: boolean;
  /** Certificates of authorities to trust besides the usual ones, in PEM form. */
  readonly ca?: readonly string[];
  /**
   * When it is given, redirects lead only to the same host, these hosts (`name` or `name:port`) and to public addresses, and never from
   * HTTPS to HTTP: a server must not choose what is asked in the network of who scans.
   */
  readonly isKnownHost?: (host: string) => boolean;
  /** `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in the forms that Node knows. */
  readonly proxies?: Readonly<Record<string, string>>;
}

const maxRedirects = 5;

/**
 * A `fetch` for GET requests whose trust in certificates can be chosen, which the built-in one has no way for. Follows
 * redirects; credentials do not go with them to another host.
 */
export function httpsFetch(options: HttpsFetchOptions): typeof globalThis.fetch {
  const agents = new Map<string, Agent>();
  return async (input, init = {}) => {
    const address = input instanceof Request ? input.url : input.toString();
    let url = new URL(address);
    let mustBePublic = false;
    let headers = Object.fromEntries(new Headers(init.headers).entries());
    for (let i = 0; i <= maxRedirects; i++) {
      const response = await get(url, headers, init.signal ?? undefined, {
        ...options,
        agents,
        mustBePublic,
      });
      const location = response.headers.get('location');
      if (location === null || ![301, 302, 303, 307, 308].includes(response.status)) {
        return response;
      }
      await response.body?.cancel();
      const next = new URL(location, url);
      if (next.host !== url.host) {
        headers = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization'));
      }
      if (options.isKnownHost !== undefined) {
        // Whoever was asked may name another path of its own.
        mustBePublic = next.host === url.host ? mustBePublic : !options.isKnownHost(next.host);
        checkRedirect(url, next, mustBePublic);
      }
      url = next;
    }
    throw new Error('too many redirects');
  };
}

function checkRedirect(from: URL, to: URL, mustBePublic: boolean): void {
  const isWeaker = from.protocol === 'https:' && to.protocol !== 'https:';
  const host = to.hostname.replace(/^\[(.*)\]$/, '$1');
  if (
    isWeaker ||
    !/^https?:$/.test(to.protocol) ||
    (mustBePublic && isIP(host) !== 0 && !isPublicAddress(host))
  ) {
    throw new Error(`a redirect to ${to.host} is not followed`);
  }
}

/** Finds the address of a name; one that is not public is none. */
const lookUpPublic: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses) => {
    const found = error === null ? addresses.filter(({ address }) => isPublicAddress(address)) : [];
    const [first] = found;
    if (first === undefined) {
      callback(error ?? new Error(`a redirect to ${hostname} is not followed`), '', 0);
    } else if (options.all === true) {
      callback(null, found);
    } else {
      callback(null, first.address, first.family);
    }
  });
};

interface GetOptions extends HttpsFetchOptions {
  /** By protocol. */
  readonly agents: Map<string, Agent>;
  readonly mustBePublic: boolean;
}

async function get(
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
  { insecure, ca, proxies, agents, mustBePublic }: GetOptions,
): Promise<Response> {
  // They take long to load, and most scans ask no registry.
  const [{ request: ask, Agent: ProtocolAgent }, { rootCertificates }] = await Promise.all([
    url.protocol === 'https:' ? import('node:https') : import('node:http'),
    import('node:tls'),
  ]);
  const agent =
    agents.get(url.protocol) ??
    (proxies === undefined ? undefined : new ProtocolAgent({ keepAlive: true, proxyEnv: proxies }));
  if (agent !== undefined) {
    agents.set(url.protocol, agent);
  }
  const options: RequestOptions = {
    headers,
    ...(signal === undefined ? {} : { signal }),
    // Names that a proxy is asked for, it looks up itself.
    ...(mustBePublic && proxies?.[`${url.protocol.slice(0, -1).toUpperCase()}_PROXY`] === undefined
      ? { lookup: lookUpPublic }
      : {}),
    ...(agent === undefined ? {} : { agent }),
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
