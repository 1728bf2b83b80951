import { AppError } from '@lanner/core';
import { child, childrenOf, childText, parseXml, type XmlElement } from '../lib/xml.ts';
import {
  type DeclaredRepository,
  type MavenServer,
  repositoriesOf,
  type Repository,
  usableRepositories,
} from './repository.ts';

export interface MavenProfile {
  readonly id: string;
  readonly repositories: readonly DeclaredRepository[];
  readonly isActiveByDefault: boolean;
}

export interface MavenMirror {
  readonly id: string;
  readonly url: string;
  readonly mirrorOf: string;
}

export interface MavenProxy {
  readonly id: string;
  readonly isActive: boolean;
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
  readonly username: string;
  readonly password: string;
  readonly nonProxyHosts: string;
}

/** What settings.xml of a user and of the installation say together. */
export interface MavenSettings {
  /** Empty where none is named. */
  readonly localRepository: string;
  readonly servers: readonly MavenServer[];
  readonly profiles: readonly MavenProfile[];
  readonly activeProfiles: readonly string[];
  readonly proxies: readonly MavenProxy[];
  readonly mirrors: readonly MavenMirror[];
}

export const noMavenSettings: MavenSettings = {
  localRepository: '',
  servers: [],
  profiles: [],
  activeProfiles: [],
  proxies: [],
  mirrors: [],
};

type Env = Readonly<Record<string, string | undefined>>;

/** Where packages of distributions put Maven. */
const usualHome = '/usr/share/maven';

/**
 * What the user says (`~/.m2/settings.xml`) and the installation (`conf/settings.xml` of `MAVEN_HOME`); of two entries
 * with one id, the user's counts. A file that cannot be read says nothing.
 */
export function readMavenSettings(env: Env, read: (path: string) => string | undefined): MavenSettings {
  const user = settingsOf(read(`${env['HOME'] ?? ''}/.m2/settings.xml`), env);
  const global = settingsOf(read(`${env['MAVEN_HOME'] || usualHome}/conf/settings.xml`), env);
  return {
    localRepository: user.localRepository || global.localRepository,
    servers: byId([...user.servers, ...global.servers]),
    profiles: byId([...user.profiles, ...global.profiles]),
    activeProfiles: [...new Set([...user.activeProfiles, ...global.activeProfiles])],
    proxies: byId([...user.proxies, ...global.proxies]),
    mirrors: byId([...user.mirrors, ...global.mirrors]),
  };
}

/** The repositories of active profiles, the last one first: that is the order in which Maven asks them. */
export function settingsRepositories({ profiles, activeProfiles, servers }: MavenSettings): Repository[] {
  const active = profiles.filter(
    ({ id, isActiveByDefault }) => isActiveByDefault || activeProfiles.includes(id),
  );
  const declared = byId(active.flatMap(({ repositories }) => repositories));
  return usableRepositories(declared.reverse(), servers);
}

function byId<T extends { readonly id: string }>(all: readonly T[]): T[] {
  const first = new Map<string, T>();
  for (const one of all) {
    if (!first.has(one.id)) {
      first.set(one.id, one);
    }
  }
  return [...first.values()];
}

function settingsOf(text: string | undefined, env: Env): MavenSettings {
  if (text === undefined) {
    return noMavenSettings;
  }
  try {
    return parseSettings(parseXml(text), env);
  } catch (error) {
    if (error instanceof AppError) {
      return noMavenSettings;
    }
    throw error;
  }
}

function parseSettings(settings: XmlElement, env: Env): MavenSettings {
  const valueOf = (element: XmlElement | undefined, name: string): string =>
    withVariables(childText(element, name), env);
  const entries = (list: string, name: string): readonly XmlElement[] =>
    childrenOf(child(settings, list), name);
  return {
    localRepository: valueOf(settings, 'localRepository'),
    servers: entries('servers', 'server').map((server) => ({
      id: valueOf(server, 'id'),
      username: valueOf(server, 'username'),
      password: valueOf(server, 'password'),
    })),
    profiles: entries('profiles', 'profile').map((profile) => ({
      id: valueOf(profile, 'id'),
      repositories: repositoriesOf(profile).map((repository) => ({
        ...repository,
        id: withVariables(repository.id, env),
        url: withVariables(repository.url, env),
      })),
      isActiveByDefault: childText(child(profile, 'activation'), 'activeByDefault') === 'true',
    })),
    activeProfiles: entries('activeProfiles', 'activeProfile').map(({ text }) => withVariables(text, env)),
    proxies: entries('proxies', 'proxy').map((proxy) => ({
      id: valueOf(proxy, 'id'),
      isActive: ['', 'true'].includes(valueOf(proxy, 'active')),
      protocol: valueOf(proxy, 'protocol'),
      host: valueOf(proxy, 'host'),
      port: valueOf(proxy, 'port'),
      username: valueOf(proxy, 'username'),
      password: valueOf(proxy, 'password'),
      nonProxyHosts: valueOf(proxy, 'nonProxyHosts'),
    })),
    mirrors: entries('mirrors', 'mirror').map((mirror) => ({
      id: valueOf(mirror, 'id'),
      url: valueOf(mirror, 'url'),
      mirrorOf: valueOf(mirror, 'mirrorOf'),
    })),
  };
}

/** `${env.NAME}` is a variable of the environment, `${user.home}` its HOME; others have no value here. */
function withVariables(text: string, env: Env): string {
  return text
    .replaceAll(/\$\{([^{}\s]*)\}/g, (_whole, name: string) =>
      name === 'user.home' ? (env['HOME'] ?? '') : name.startsWith('env.') ? (env[name.slice(4)] ?? '') : '',
    )
    .trim();
}
