import { lookup } from 'node:dns/promises';
import type { Log } from '@lanner/core';
import { parseIpv4, parseIpv6 } from '@lanner/engine';
import type { ResolvedName } from './protocol.ts';

export interface HostNamesOptions {
  /** Addresses of a name as texts. Throws when there are none. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
  /** Told whenever an answer has changed. */
  readonly tell: (names: readonly ResolvedName[]) => void;
  readonly log: Log;
  /** How soon names are asked for again after a change; twice as long each time that nothing has changed. */
  readonly firstRefreshMs?: number;
  readonly lastRefreshMs?: number;
}

/**
 * Resolves the host names with which rules compare the ends of connections, as long as the rules run. A name that cannot
 * be resolved any more keeps its addresses: rules must not go blind with the name server.
 */
export class HostNames {
  readonly #options: Required<HostNamesOptions>;
  #names: readonly string[] = [];
  #known = new Map<string, readonly string[]>();
  readonly #failed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  /** Counts from 1 with each set of names: what was begun for another one is given up. */
  #set = 0;

  constructor(options: HostNamesOptions) {
    this.#options = { resolve: addressesOf, firstRefreshMs: 10_000, lastRefreshMs: 320_000, ...options };
  }

  /** Takes the names of the rules that run now. Resolves when each has been asked for once. */
  async use(names: readonly string[]): Promise<void> {
    this.close();
    this.#names = names;
    this.#known = new Map([...this.#known].filter(([name]) => names.includes(name)));
    await this.#refresh(this.#set, this.#options.firstRefreshMs);
  }

  /** Asks for nothing more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#set++;
  }

  /** One name after the other: a name server that does not answer must not take all threads that wait for files. */
  async #refresh(set: number, waitMs: number): Promise<void> {
    let changed = false;
    for (const name of this.#names) {
      const addresses = await this.#addresses(name);
      if (this.#set !== set) {
        return;
      }
      if (addresses.join() !== (this.#known.get(name) ?? []).join()) {
        this.#known.set(name, addresses);
        changed = true;
      }
    }
    const { tell, firstRefreshMs, lastRefreshMs } = this.#options;
    if (changed) {
      tell([...this.#known]);
    }
    if (this.#names.length > 0) {
      const nextMs = changed ? firstRefreshMs : Math.min(2 * waitMs, lastRefreshMs);
      this.#timer = setTimeout(() => void this.#refresh(set, nextMs), nextMs).unref();
    }
  }

  async #addresses(name: string): Promise<readonly string[]> {
    const { resolve, log } = this.#options;
    try {
      const addresses = (await resolve(name)).toSorted();
      this.#failed.delete(name);
      return addresses;
    } catch (error) {
      if (!this.#failed.has(name)) {
        this.#failed.add(name);
        log.warn('host name of a rule cannot be resolved; it is tried again', {
          name,
          reason: error instanceof Error ? error.message : String(error),
        });
      }
      return this.#known.get(name) ?? [];
    }
  }
}

async function addressesOf(name: string): Promise<string[]> {
  const found = await lookup(name, { all: true });
  return [...new Set(found.map(({ address }) => address))];
}

/** The names by address of 4 or 16 bytes. */
export function namesByAddress(names: readonly ResolvedName[]): Map<string, string[]> {
  const byAddress = new Map<string, string[]>();
  for (const [name, addresses] of names) {
    for (const text of addresses) {
      const address = parseIpv4(text) ?? parseIpv6(text);
      if (address !== null) {
        byAddress.set(address, [...(byAddress.get(address) ?? []), name]);
      }
    }
  }
  return byAddress;
}
