import { AppError, type Log } from '@lanner/core';
import { createHash, type Hash } from 'node:crypto';
import { parsedManifest, soundDescriptors } from './manifest-json.ts';
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
  /** Speak plain HTTP with these hosts. Loopback addresses are among them unless they turn out to speak TLS. */
  readonly plainHttp?: ReadonlySet<string>;
  /** Speak plain HTTP with any host that does not speak TLS. */
  readonly allowHttp?: boolean;
  /** Sent as it is instead of asking for a token. */
  readonly bearer?: string;
  readonly timeoutMs?: number;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  /** In an index: what kind of artifact the manifest is of. */
  readonly artifactType?: string;
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

/** The part of a blob that is already there, and what has been hashed of it: just that part. */
export interface BlobStart {
  readonly length: number;
  readonly hash: Hash;
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
  /** Whether a host that was spoken to speaks plain HTTP. */
  readonly #plain = new Map<string, boolean>();

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
    return { manifest: parsedManifest(bytes, reference.registry), digest };
  }

  /**
   * What says that it refers to the manifest of a digest. Registries that have no list of it keep it under a tag of the
   * digest, as version 1.1 of the specification tells clients to. Throws AppError 'registry.*'.
   */
  async referrers(reference: ImageReference, digest: string): Promise<readonly Descriptor[]> {
    const bytes =
      (await this.#ifThere(reference, `referrers/${digest}`)) ??
      (await this.#ifThere(reference, `manifests/${digest.replace(':', '-')}`));
    return bytes === null ? [] : soundDescriptors(parsedManifest(bytes, reference.registry).manifests);
  }

  /** null where a registry does not have it, or does not know what is asked. */
  async #ifThere(reference: ImageReference, path: string): Promise<Buffer | null> {
    try {
      return await this.#get(reference, path, maxManifestBytes, { accept: manifestTypes });
    } catch (error) {
      const isUnknown =
        error instanceof AppError &&
        (error.code === 'registry.missing' || [400, 405, 406].includes(Number(error.details['status'])));
      if (isUnknown) {
        return null;
      }
      throw error;
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

  /**
   * The bytes of a blob as they come, verified when they end. A pause of `timeoutMs` ends it. With a start, only the
   * bytes behind it are given. Throws AppError 'registry.*'; what was given before is then worth nothing, unless the
   * connection broke.
   */
  async *blobChunks(
    reference: ImageReference,
    { digest, size }: Descriptor,
    start: BlobStart = { length: 0, hash: createHash('sha256') },
  ): AsyncGenerator<Buffer> {
    const idle = idleSignal(this.#options.timeoutMs ?? defaultTimeoutMs);
    const { hash } = start;
    let { length } = start;
    try {
      const headers: Record<string, string> = length === 0 ? {} : { range: `bytes=${length}-` };
      const response = await this.#open(reference, `blobs/${digest}`, headers, idle.signal);
      // A registry that does not know ranges starts anew.
      const known = response.status === 206 ? 0 : length;
      for await (const chunk of withoutFirst(bodyOf(response), known)) {
        idle.restart();
        length += chunk.length;
        if (length > size) {
          throw new AppError(
            'registry.answer',
            `the blob ${digest} has more than the ${size} bytes it should`,
          );
        }
        hash.update(chunk);
        yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      }
    } catch (error) {
      throw error instanceof AppError ? error : unreachable(reference.registry, error);
    } finally {
      idle.stop();
    }
    checkDigest(`sha256:${hash.digest('hex')}`, digest);
  }

  async #get(
    reference: ImageReference,
    path: string,
    maxBytes: number,
    headers: Record<string, string>,
  ): Promise<Buffer> {
    const timeout = AbortSignal.timeout(this.#options.timeoutMs ?? defaultTimeoutMs);
    const response = await this.#open(reference, path, headers, timeout);
    return readLimited(response, maxBytes, `${reference.registry}/${reference.repository}/${path}`);
  }

  /** An answer that is as it should be, its body not yet read. */
  async #open(
    reference: ImageReference,
    path: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Response> {
    const scope = `repository:${reference.repository}:pull`;
    const resource = `/v2/${reference.repository}/${path}`;
    const ask = (): Promise<Response> =>
      this.#ask(
        reference.registry,
        resource,
        { ...headers, ...this.#authorization(reference.registry, scope) },
        signal,
      );
    let response = await ask();
    if (response.status === 401 && this.#options.bearer === undefined) {
      await this.#authenticate(reference.registry, scope, response.headers.get('www-authenticate') ?? '');
      response = await ask();
    }
    if (!response.ok) {
      throw refusal(reference, response.status);
    }
    return response;
  }

  /** Asks over TLS or plain HTTP, and the other way where the first turns out to be wrong and both are allowed. */
  async #ask(
    registry: string,
    resource: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Response> {
    const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
    const plain = this.#plain.get(host) ?? (isLoopback(host) || this.#options.plainHttp?.has(host) === true);
    const first = `${plain ? 'http' : 'https'}://${host}${resource}`;
    if (this.#plain.has(host)) {
      return this.#request(first, headers, signal);
    }
    if (plain) {
      const response = await this.#request(first, headers, signal);
      // What a server answers that expects TLS.
      const wantsTls = response.status === 400 && this.#options.plainHttp?.has(host) !== true;
      this.#plain.set(host, !wantsTls);
      return wantsTls ? this.#request(`https://${host}${resource}`, headers, signal) : response;
    }
    try {
      const response = await this.#request(first, headers, signal);
      this.#plain.set(host, false);
      return response;
    } catch (error) {
      if (this.#options.allowHttp !== true) {
        throw error;
      }
      const response = await this.#request(`http://${host}${resource}`, headers, signal);
      this.#plain.set(host, true);
      return response;
    }
  }

  #authorization(registry: string, scope: string): Record<string, string> {
    const { bearer } = this.#options;
    const value = bearer === undefined ? this.#tokens.get(`${registry} ${scope}`) : `Bearer ${bearer}`;
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
    const response = await this.#request(
      url.href,
      basic === null ? {} : { authorization: basic },
      AbortSignal.timeout(this.#options.timeoutMs ?? defaultTimeoutMs),
    );
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

  async #request(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    try {
      return await this.#options.fetch(url, { headers, signal });
    } catch (error) {
      throw unreachable(new URL(url).host, error);
    }
  }
}

/** `sha256:…` of bytes. */
export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function verify(bytes: Uint8Array, digest: string): void {
  checkDigest(sha256(bytes), digest);
}

function checkDigest(actual: string, digest: string): void {
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

function unreachable(host: string, error: unknown): AppError {
  const cause = (error as Error).cause;
  const reason = cause instanceof Error ? cause.message : (error as Error).message;
  return new AppError('registry.unreachable', `${host} cannot be reached: ${reason}`, {
    cause: error,
    hint: 'Check the address and the network; use --plain-http HOST for a registry without TLS.',
  });
}

/** Aborts when `restart` is not called for a time. */
function idleSignal(timeoutMs: number): { signal: AbortSignal; restart: () => void; stop: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(`no byte for ${timeoutMs} ms`)), timeoutMs);
  return {
    signal: controller.signal,
    restart: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
  };
}

async function readLimited(response: Response, maxBytes: number, url: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bodyOf(response)) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new AppError('registry.answer', `${url} gives more than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The chunks behind the first `count` bytes. */
async function* withoutFirst(chunks: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of chunks) {
    const skipped = Math.min(left, chunk.length);
    left -= skipped;
    if (skipped < chunk.length) {
      yield chunk.subarray(skipped);
    }
  }
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  // The web stream's type does not say what its chunks are.
  const body = response.body as AsyncIterable<Uint8Array> | null;
  if (body !== null) {
    yield* body;
  }
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
