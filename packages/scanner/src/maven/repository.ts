import { child, childrenOf, childText, type XmlElement } from '../lib/xml.ts';

/** A repository as a POM or settings.xml names it. */
export interface DeclaredRepository {
  readonly id: string;
  readonly url: string;
  /** `true`, `false`, or empty, which is true. */
  readonly releases: string;
  readonly snapshots: string;
}

/** A repository that can be asked. */
export interface Repository {
  readonly id: string;
  /** With the login, where there is one. */
  readonly url: URL;
  readonly releases: boolean;
  readonly snapshots: boolean;
}

export interface MavenServer {
  readonly id: string;
  readonly username: string;
  readonly password: string;
}

/** What lies in `<repositories>` of a project or profile. */
export function repositoriesOf(holder: XmlElement | undefined): DeclaredRepository[] {
  return childrenOf(child(holder, 'repositories'), 'repository').map((element) => ({
    id: childText(element, 'id'),
    url: childText(element, 'url'),
    releases: childText(child(element, 'releases'), 'enabled'),
    snapshots: childText(child(element, 'snapshots'), 'enabled'),
  }));
}

/** More repositories than any project names; each costs a request for every POM that it lacks. */
const maxRepositories = 20;

/** The first ones count; those of one address are one. */
export function mergeRepositories(
  ...lists: readonly (readonly DeclaredRepository[])[]
): readonly DeclaredRepository[] {
  const [first = [], ...others] = lists.filter((list) => list.length > 0);
  if (others.length === 0) {
    return first.slice(0, maxRepositories);
  }
  const byUrl = new Map<string, DeclaredRepository>();
  for (const repository of [...first, ...others.flat()]) {
    if (!byUrl.has(repository.url) && byUrl.size < maxRepositories) {
      byUrl.set(repository.url, repository);
    }
  }
  return [...byUrl.values()];
}

/** Those that are switched on and have an address, with the login of the server of the same id. */
export function usableRepositories(
  declared: readonly DeclaredRepository[],
  servers: readonly MavenServer[],
): Repository[] {
  const usable: Repository[] = [];
  for (const { id, url: text, releases, snapshots } of declared) {
    const url = addressOf(text, id, servers);
    const repository = { id, releases: isOn(releases), snapshots: isOn(snapshots) };
    if (url !== null && (repository.releases || repository.snapshots)) {
      usable.push({ ...repository, url });
    }
  }
  return usable;
}

/** The address with the login of a server; null for what is no address. */
export function addressOf(text: string, id: string, servers: readonly MavenServer[]): URL | null {
  const url = URL.parse(text);
  if (url === null) {
    return null;
  }
  const server = servers.find((one) => one.id === id && one.username !== '' && one.password !== '');
  if (server !== undefined) {
    url.username = encodeURIComponent(server.username);
    url.password = encodeURIComponent(server.password);
  }
  return url;
}

function isOn(text: string): boolean {
  return text === 'true' || text === '';
}
