import { AppError } from '@lanner/core';
import { type Descriptor, type Manifest, RegistryClient, type RegistryOptions } from './client.ts';
import { type ImageReference, printReference } from './reference.ts';

/** One way to log in; tried in turn. */
export type RegistryLogin =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string }
  /** What the docker configuration knows of the registry. */
  | { readonly kind: 'keychain' }
  | { readonly kind: 'anonymous' };

export interface RegistryAccessOptions extends Omit<RegistryOptions, 'bearer'> {
  /** In the order in which they are tried. */
  readonly logins: readonly RegistryLogin[];
  /** Hosts with path to ask first, by the registry whose images they have. */
  readonly mirrors: Readonly<Record<string, readonly string[]>>;
}

/** An image of a registry that was reached, with the connection that reached it. */
export interface RemoteImage {
  readonly manifest: Manifest;
  readonly digest: string;
  /** Another manifest of the same repository. */
  readonly manifestOf: (digest: string) => Promise<Manifest>;
  /** What refers to a manifest of the repository, such as signatures and attestations. */
  readonly referrers: (digest: string) => Promise<readonly Descriptor[]>;
  readonly blob: (descriptor: Descriptor, maxBytes: number) => Promise<Buffer>;
  readonly blobChunks: (descriptor: Descriptor) => AsyncGenerator<Buffer>;
}

export interface RegistryAccess {
  /** Throws AppError 'registry.*' with what went wrong everywhere. */
  readonly open: (reference: ImageReference) => Promise<RemoteImage>;
}

/** Access to images with mirrors and several ways to log in: each mirror with each login, then the registry itself. */
export function registryAccess(options: RegistryAccessOptions): RegistryAccess {
  return {
    open: async (reference) => {
      const failures: AppError[] = [];
      for (const place of placesOf(reference, options.mirrors)) {
        for (const login of options.logins) {
          try {
            return await openAt(place, clientFor(login, options));
          } catch (error) {
            if (!(error instanceof AppError)) {
              throw error;
            }
            failures.push(error);
            // Another login does not help where no login was the trouble.
            if (error.code !== 'registry.denied') {
              break;
            }
          }
        }
      }
      throw joined(reference, failures);
    },
  };
}

function placesOf(reference: ImageReference, mirrors: RegistryAccessOptions['mirrors']): ImageReference[] {
  const names = [reference.registry, ...(reference.registry === 'docker.io' ? ['index.docker.io'] : [])];
  const places = names.flatMap((name) => mirrors[name] ?? []).map((mirror) => mirrored(reference, mirror));
  return [...places, reference];
}

/** `mirror.example.com/path` has the repositories of the registry below `path`. */
function mirrored(reference: ImageReference, mirror: string): ImageReference {
  const [registry = '', ...path] = mirror.replace(/^https?:\/\//, '').split('/');
  return {
    ...reference,
    registry,
    repository: [...path, reference.repository].filter((part) => part !== '').join('/'),
  };
}

function clientFor(login: RegistryLogin, options: RegistryAccessOptions): RegistryClient {
  switch (login.kind) {
    case 'token':
      return new RegistryClient({
        ...options,
        credentials: () => Promise.resolve(null),
        bearer: login.token,
      });
    case 'password':
      return new RegistryClient({ ...options, credentials: () => Promise.resolve(login) });
    case 'keychain':
      return new RegistryClient(options);
    case 'anonymous':
      return new RegistryClient({ ...options, credentials: () => Promise.resolve(null) });
  }
}

async function openAt(place: ImageReference, client: RegistryClient): Promise<RemoteImage> {
  const { manifest, digest } = await client.manifest(place);
  return {
    manifest,
    digest,
    manifestOf: async (other) => (await client.manifest({ ...place, tag: null, digest: other })).manifest,
    referrers: (other) => client.referrers(place, other),
    blob: (descriptor, maxBytes) => client.blob(place, descriptor, maxBytes),
    blobChunks: (descriptor) => client.blobChunks(place, descriptor),
  };
}

function joined(reference: ImageReference, failures: readonly AppError[]): AppError {
  const [first] = failures;
  const last = failures.at(-1);
  if (first === undefined || last === undefined) {
    return new AppError('registry.denied', `there is no way to log in to ${reference.registry}`);
  }
  if (failures.length === 1) {
    return first;
  }
  const messages = [...new Set(failures.map(({ message }) => message))];
  return new AppError(last.code, `${printReference(reference)} cannot be read: ${messages.join('; ')}`, {
    cause: last,
    hint: last.hint,
  });
}
