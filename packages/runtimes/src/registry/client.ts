import { AppError, type Log } from '@lanner/core';
import { createHash } from 'node:crypto';
import type { ImageReference } from './reference.ts';

/** Name and password for a registry. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

export interface RegistryOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
  /** null: anonymous. */
  readonly credentials: (registry: string) => Promise<RegistryCredentials | null>;
  /** Speak plain HTTP with these hosts. Loopback addresses are always among them. */
  readonly plainHttp?: ReadonlySet<string>;
  readonly timeoutMs?: number;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: { readonly os?: string; readonly architecture?: string; readonly variant?: string };
}

export interface Manifest {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  /** An index: one manifest a platform. */
  readonly manifests?: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

const maxManifestBytes = 4 * 2 ** 20;
const defaultTimeoutMs = 30_000;

/** A client of the distribution API, version 2: manifests and blobs, every byte verified against its digest. */
export class RegistryClient {
  readonly #options: RegistryOptions;
  /** Bearer tokens by scope. */
  readonly #tokens = new Map<string, string>();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** The manifest that a reference names, with the digest of its bytes. Throws AppError 'registry.*'. */
  async manifest(reference: ImageReference): Promise<{ manifest: Manifest; digest: string }> {
    const name = reference.digest ?? reference.tag ?? 'latest';
    const bytes = await this.#get(reference, `manifests/${name}`, maxManifestBytes, {
      accept: manifestTypes,
    });
    const digest = sha256(bytes);
    if (reference.digest !== null) {
      verify(bytes, reference.digest);
    }
    try {
      return { manifest: JSON.parse(bytes.toString('utf8')) as Manifest, digest };
    } catch (error) {
      throw new AppError('registry.answer', `${reference.registry} gave a manifest that is no JSON`, {
        cause: error,
      });
    }
  }

  /** A blob, held in memory; use it for small ones. Throws AppError 'registry.digest' when it does not verify. */
  async blob(reference: ImageReference, descriptor: Descriptor, maxBytes: number): Promise<Buffer> {
    const bytes = await this.#get(
      reference,
      `blobs/${descriptor.digest}`,
      Math.min(maxBytes, descriptor.size),
      {},
    );
    verify(bytes, descriptor.digest);
    return bytes;
  }

  async #get(
    reference: ImageReference,
    path: string,
    maxBytes: number,
    headers: Record<string, string>,
  ): Promise<Buffer> {
    const scope = `repository:${reference.repository}:pull`;
    const url = `${this.#base(reference.registry)}/v2/${reference.repository}/${path}`;
    let response = await this.#request(url, {
      ...headers,
      ...this.#authorization(reference.registry, scope),
    });
    if (response.status === 401) {
      await this.#authenticate(reference.registry, scope, response.headers.get('www-authenticate') ?? '');
      response = await this.#request(url, { ...headers, ...this.#authorization(reference.registry, scope) });
    }
    if (!response.ok) {
      throw refusal(reference, response.status);
    }
    return readLimited(response, maxBytes, url);
  }

  #base(registry: string): string {
    const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
    const plain = isLoopback(host) || (this.#options.plainHttp?.has(host) ?? false);
    return `${plain ? 'http' : 'https'}://${host}`;
  }

  #authorization(registry: string, scope: string): Record<string, string> {
    const value = this.#tokens.get(`${registry} ${scope}`);
    return value === undefined ? {} : { authorization: value };
  }

  async #authenticate(registry: string, scope: string, challenge: string): Promise<void> {
    const credentials = await this.#options.credentials(registry);
    const basic =
      credentials === null
        ? null
        : `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
    if (/^basic/i.test(challenge)) {
      if (basic !== null) {
        this.#tokens.set(`${registry} ${scope}`, basic);
      }
      return;
    }
    const token = await this.#fetchToken(challenge, scope, basic);
    if (token !== null) {
      this.#tokens.set(`${registry} ${scope}`, `Bearer ${token}`);
    }
  }

  async #fetchToken(challenge: string, scope: string, basic: string | null): Promise<string | null> {
    const parameters = new Map(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
    );
    const realm = parameters.get('realm');
    if (!/^bearer/i.test(challenge) || realm === undefined || !URL.canParse(realm)) {
      return null;
    }
    const url = new URL(realm);
    url.searchParams.set('scope', parameters.get('scope') ?? scope);
    const service = parameters.get('service');
    if (service !== undefined) {
      url.searchParams.set('service', service);
    }
    const response = await this.#request(url.href, basic === null ? {} : { authorization: basic });
    if (!response.ok) {
      return null;
    }
    const answer = JSON.parse((await readLimited(response, 65_536, url.href)).toString()) as Record<
      string,
      unknown
    >;
    const token = answer['token'] ?? answer['access_token'];
    return typeof token === 'string' ? token : null;
  }

  async #request(url: string, headers: Record<string, string>): Promise<Response> {
    try {
      return await this.#options.fetch(url, {
        headers,
        signal: AbortSignal.timeout(this.#options.timeoutMs ?? defaultTimeoutMs),
      });
    } catch (error) {
      const cause = (error as Error).cause;
      const reason = cause instanceof Error ? cause.message : (error as Error).message;
      throw new AppError('registry.unreachable', `${new URL(url).host} cannot be reached: ${reason}`, {
        cause: error,
        hint: 'Check the address and the network; use --plain-http HOST for a registry without TLS.',
      });
    }
  }
}

/** `sha256:…` of bytes. */
export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function verify(bytes: Uint8Array, digest: string): void {
  const actual = sha256(bytes);
  if (actual !== digest) {
    throw new AppError(
      'registry.digest',
      `content does not match its digest: ${digest} expected, ${actual} received`,
      {
        hint: 'The registry or something on the way changed it; nothing was installed.',
      },
    );
  }
}

async function readLimited(response: Response, maxBytes: number, url: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // The web stream's type does not say what its chunks are.
  const body = response.body as AsyncIterable<Uint8Array> | null;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new AppError('registry.answer', `${url} gives more than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refusal({ registry, repository }: ImageReference, status: number): AppError {
  if (status === 404) {
    return new AppError('registry.missing', `${registry} has no such version of ${repository}`, {
      hint: 'Check the name and the tag.',
    });
  }
  if (status === 401 || status === 403) {
    return new AppError('registry.denied', `${registry} does not let you read ${repository}`, {
      hint: `Log in first, so that the docker configuration has credentials for ${registry}.`,
    });
  }
  return new AppError('registry.answer', `${registry} answered ${status}`, { details: { status } });
}

function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return name === 'localhost' || name === '[::1]' || name.startsWith('127.');
}
