import { AppError, type Log, percentDecoded } from '@lanner/core';
import { child, childrenOf, childText, parseXml } from '../lib/xml.ts';
import { Hosts } from './hosts.ts';
import { type Mirrors, mirrorsOf } from './mirrors.ts';
import type { PomCache } from './pom-cache.ts';
import { type MavenServer, type Repository, usableRepositories } from './repository.ts';
import { repositoryPath, type WantedPom } from './wanted-pom.ts';

/** Where Maven itself looks when nothing else is said; it has releases only. */
export const mavenCentral: Repository = {
  id: 'central',
  url: new URL('https://repo.maven.apache.org/maven2/'),
  releases: true,
  snapshots: false,
};

export interface PomFetcherOptions {
  /** In the order in which they are asked: those of the settings, what POMs name, the last resort. */
  readonly first: readonly Repository[];
  readonly servers: readonly MavenServer[];
  readonly last: Repository;
  readonly mirrors: Mirrors;
  readonly fetch: (
    url: string,
    init: { headers: Record<string, string>; signal: AbortSignal },
  ) => Promise<Response>;
  readonly cache: PomCache | null;
  readonly log: Log;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  readonly limits?: PomFetchLimits;
}

export interface PomFetchLimits {
  /** Requests of one scan. */
  readonly requests: number;
  /** Bytes of one POM, and of all that a scan fetches. */
  readonly pom: number;
  readonly bytes: number;
  /** For one request. */
  readonly timeoutMs: number;
  readonly atOnce: number;
}

const usualLimits: PomFetchLimits = {
  requests: 50_000,
  pom: 4 * 2 ** 20,
  bytes: 128 * 2 ** 20,
  timeoutMs: 20_000,
  atOnce: 8,
};

/** Failures of a host in a row after which a scan does without it. */
const maxFailures = 2;

type Answer =
  | { readonly kind: 'found'; readonly bytes: Buffer }
  | { readonly kind: 'absent' }
  /** The host wants to be left alone; whether it has the file is not known. */
  | { readonly kind: 'limited'; readonly problem: string };

const absent: Answer = { kind: 'absent' };

/** Fetches POMs of Maven repositories for one scan. What goes wrong is told on the log, once for each host. */
export class PomFetcher {
  readonly #options: PomFetcherOptions;
  readonly #limits: PomFetchLimits;
  readonly #hosts: Hosts;
  /** Why hosts that are left alone are. */
  readonly #limited = new Map<string, string>();
  #requests = 0;
  #bytes = 0;
  #isFull = false;

  constructor(options: PomFetcherOptions) {
    this.#options = options;
    this.#limits = options.limits ?? usualLimits;
    this.#hosts = new Hosts(this.#limits.atOnce, maxFailures);
  }

  /** In the order of what is wanted; null for what none of the repositories has. */
  async fetchAll(wanted: readonly WantedPom[]): Promise<(Buffer | null)[]> {
    const poms = Array.from<Buffer | null>({ length: wanted.length }).fill(null);
    let next = 0;
    const work = async (): Promise<void> => {
      for (let i = next++; i < wanted.length; i = next++) {
        const one = wanted[i];
        const answer = one === undefined ? absent : await this.fetch(one);
        poms[i] = answer.kind === 'found' ? answer.bytes : null;
      }
    };
    await Promise.all(Array.from({ length: this.#limits.atOnce * 2 }, work));
    return poms;
  }

  /** Asks one repository after the other, each of their mirrors once. */
  async fetch(wanted: WantedPom): Promise<Answer> {
    const { first, last, servers, mirrors } = this.#options;
    const named = usableRepositories(wanted.repositories, servers);
    const isSnapshot = wanted.version.endsWith('SNAPSHOT') || wanted.version === 'LATEST';
    const asked = new Set<string>();
    let limited: Answer | null = null;
    for (const { url, releases, snapshots } of [...first, ...named, last].flatMap((one) =>
      mirrorsOf(one, mirrors),
    )) {
      if (asked.has(url.href) || !(isSnapshot ? snapshots : releases) || !/^https?:$/.test(url.protocol)) {
        continue;
      }
      asked.add(url.href);
      const answer = await this.#ask(url, repositoryPath(wanted), isSnapshot);
      if (answer.kind === 'found') {
        return answer;
      }
      limited = answer.kind === 'limited' ? answer : limited;
    }
    // Not knowing weighs more than not finding.
    return limited ?? absent;
  }

  async #ask(repository: URL, path: string, isSnapshot: boolean): Promise<Answer> {
    if (!isSnapshot) {
      return this.#get(repository, path, true);
    }
    // The newest build of a snapshot has a name of its own.
    const folder = path.slice(0, path.lastIndexOf('/'));
    const metadata = await this.#get(repository, `${folder}/maven-metadata.xml`, false);
    if (metadata.kind === 'limited') {
      return metadata;
    }
    const version = metadata.kind === 'found' ? newestPom(metadata.bytes) : null;
    const artifact = folder.split('/').at(-2) ?? '';
    return this.#get(
      repository,
      version === null ? path : `${folder}/${artifact}-${version.replaceAll(/[/\\]/g, '_')}.pom`,
      false,
    );
  }

  async #get(repository: URL, path: string, isLasting: boolean): Promise<Answer> {
    const url = new URL(repository);
    const headers = loginOf(url);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path.split('/').map(encodeURIComponent).join('/').replaceAll('%2B', '+')}`;
    const cached = isLasting ? (this.#options.cache?.get(url.href) ?? null) : null;
    if (cached !== null) {
      return { kind: 'found', bytes: cached };
    }
    if (!this.#mayAsk()) {
      return absent;
    }
    const answer = await this.#hosts.ask(url.host, () => this.#request(url, headers));
    if (answer?.kind === 'found' && isLasting) {
      this.#options.cache?.set(url.href, answer.bytes);
    }
    const problem = this.#limited.get(url.host);
    return answer ?? (problem === undefined ? absent : { kind: 'limited', problem });
  }

  #mayAsk(): boolean {
    const isFull = this.#requests >= this.#limits.requests || this.#bytes >= this.#limits.bytes;
    if (isFull && !this.#isFull) {
      this.#isFull = true;
      this.#options.log.warn('more POMs are needed than a scan fetches', {
        requests: this.#requests,
        bytes: this.#bytes,
        hint: 'Fill the local repository with mvn dependency:resolve before the scan.',
      });
    }
    return !isFull && !this.#options.signal.aborted;
  }

  async #request(url: URL, headers: Record<string, string>): Promise<Answer> {
    const { fetch, signal, log } = this.#options;
    this.#requests++;
    try {
      const response = await fetch(url.href, {
        headers,
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.#limits.timeoutMs)]),
      });
      this.#hosts.answered(url.host);
      if (response.status === 200) {
        const bytes = await bodyOf(response, this.#limits.pom);
        this.#bytes += bytes?.length ?? 0;
        return bytes === null ? absent : { kind: 'found', bytes };
      }
      await response.body?.cancel();
      if (response.status === 429) {
        return this.#leaveAlone(url, response);
      }
      log.debug('a Maven repository has no such file', { url: url.href, status: response.status });
      return absent;
    } catch (error) {
      if (this.#hosts.failed(url.host) && !signal.aborted) {
        log.warn('a Maven repository is out of reach: what only its POMs name is not reported', {
          host: url.host,
          problem: reasonOf(error),
          hint: '--offline-scan asks none.',
        });
      }
      return absent;
    }
  }

  /** Further requests would only make it longer. */
  #leaveAlone(url: URL, response: Response): Answer {
    const after = response.headers.get('retry-after');
    const problem = `429 Too Many Requests for ${url.href}${after === null ? '' : `. Retry-After: ${after}`}`;
    this.#hosts.close(url.host);
    if (!this.#limited.has(url.host)) {
      this.#limited.set(url.host, problem);
      this.#options.log.warn(
        'a Maven repository wants no more requests: what only its POMs name is not reported',
        {
          problem,
          hint: 'Fill the local repository with mvn dependency:resolve before the scan.',
        },
      );
    }
    return { kind: 'limited', problem };
  }
}

/** Takes the login out of the address. */
function loginOf(url: URL): Record<string, string> {
  const { username, password } = url;
  if (username === '' && password === '') {
    return {};
  }
  url.username = '';
  url.password = '';
  // POMs may name addresses with anything in them.
  const login = `${percentDecoded(username)}:${percentDecoded(password)}`;
  return { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
}

/** null for one that is too long. */
async function bodyOf(response: Response, most: number): Promise<Buffer | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const part of body ?? []) {
    length += part.length;
    if (length > most) {
      return null;
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The version of the newest POM that `maven-metadata.xml` tells of. */
function newestPom(metadata: Buffer): string | null {
  try {
    const versions = child(child(parseXml(metadata.toString('utf8')), 'versioning'), 'snapshotVersions');
    const pom = childrenOf(versions, 'snapshotVersion').findLast(
      (one) => childText(one, 'extension') === 'pom',
    );
    return childText(pom, 'value') || null;
  } catch (error) {
    if (error instanceof AppError) {
      return null;
    }
    throw error;
  }
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
