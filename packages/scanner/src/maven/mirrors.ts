import { addressOf, type MavenServer, type Repository } from './repository.ts';
import type { MavenMirror } from './settings.ts';

interface SettingsMirror {
  readonly id: string;
  /** Of `mirrorOf`: ids, `!id`, `*`, `external:*`, `external:http:*`. */
  readonly patterns: readonly string[];
  readonly url: URL;
}

/** Who is asked in place of a repository. */
export interface Mirrors {
  /** Of settings.xml. */
  readonly settings: readonly SettingsMirror[];
  /** Of the configuration of the scan: by `mirrorKey` of the repository, in the order in which they are asked. */
  readonly configured: ReadonlyMap<string, readonly URL[]>;
}

/** Leaves out what has no proper address or is for no repository. */
export function usableMirrors(
  settings: readonly MavenMirror[],
  servers: readonly MavenServer[],
  configured: ReadonlyMap<string, readonly string[]>,
): Mirrors {
  const usable: SettingsMirror[] = [];
  for (const { id, url: text, mirrorOf } of settings) {
    const patterns = mirrorOf
      .split(',')
      .map((pattern) => pattern.trim())
      .filter((pattern) => pattern !== '');
    // The login is that of the mirror's own id.
    const url = addressOf(text, id, servers);
    if (patterns.length > 0 && url !== null) {
      usable.push({ id, patterns, url });
    }
  }
  const byKey = new Map<string, readonly URL[]>();
  for (const [source, targets] of configured) {
    const url = URL.parse(source);
    const urls = targets.map((target) => URL.parse(target)).filter((target) => target !== null);
    if (url !== null && urls.length > 0) {
      byKey.set(mirrorKey(url), urls);
    }
  }
  return { settings: usable, configured: byKey };
}

/**
 * Who is asked for what a repository has, in this order: the first mirror of settings.xml that is for it in its place,
 * and for what that gives, all mirrors that the configuration has.
 */
export function mirrorsOf(repository: Repository, { settings, configured }: Mirrors): Repository[] {
  const mirror = settings.find(({ patterns }) => isMirrored(repository, patterns));
  const chosen = mirror === undefined ? repository : { ...repository, id: mirror.id, url: mirror.url };
  const urls = configured.get(mirrorKey(chosen.url));
  return urls === undefined ? [chosen] : urls.map((url) => ({ ...chosen, url }));
}

/** The address of a repository without what does not tell it from others: login, empty and dotted parts of the path. */
export function mirrorKey(url: URL): string {
  const key = new URL(url);
  key.username = '';
  key.password = '';
  key.pathname = key.pathname.replaceAll(/\/{2,}/g, '/');
  // Once more, as dots are looked at between single slashes.
  key.pathname = new URL(key).pathname.replace(/(?<=.)\/$/, '');
  return key.href;
}

/** As in Maven: an id and its exclusion end the search, the others do not. */
function isMirrored({ id, url }: Repository, patterns: readonly string[]): boolean {
  let found = false;
  for (const pattern of patterns) {
    if (pattern.length > 1 && pattern === `!${id}`) {
      return false;
    }
    if (pattern === id) {
      return true;
    }
    found ||=
      pattern === '*' ||
      (pattern === 'external:*' && isExternal(url)) ||
      (pattern === 'external:http:*' && isExternal(url) && url.protocol === 'http:');
  }
  return found;
}

function isExternal({ protocol, hostname }: URL): boolean {
  return protocol !== 'file:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
