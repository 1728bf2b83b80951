import type { AnalyzerContext, FileTree, RemotePoms } from '../../analyzer.ts';
import { AppError } from '@lanner/core';
import { posix } from 'node:path';
import type { DeclaredRepository } from '../../maven/repository.ts';
import { readMavenSettings } from '../../maven/settings.ts';
import { repositoryPath } from '../../maven/wanted-pom.ts';
import type { PomSources } from './effective.ts';
import { type Coordinates, parsePom, type PomProject } from './project.ts';

/**
 * POMs of the scanned tree, of the Maven repository in the home folder, and of those on the network. Each is parsed once.
 */
export function pomSources(tree: FileTree, { host, folder = '', remotePoms }: AnalyzerContext): PomSources {
  const local = host === null ? null : localRepository(host.env, (path) => textOf(host.read(path)));
  const files = cached((path: string) => parseOrNull(tree.get(path)?.text()));
  const ofHome = cached((path: string) => parseOrNull(host === null ? undefined : textOf(host.read(path))));
  const { env, tells } = watched(host?.env ?? {});
  return {
    env,
    file: files,
    place: (path) => posix.join(folder, path),
    repository: (wanted, repositories) => {
      const found = local === null ? null : ofHome(`${local}/${repositoryPath(wanted)}`);
      // Variables of this machine are nobody else's business.
      return (
        found ??
        (remotePoms === undefined || tells(wanted) ? null : remotePom(wanted, repositories, remotePoms))
      );
    },
  };
}

/** The same bytes are given for the same POM in each round. */
const parsedPoms = new WeakMap<Buffer, { readonly project: PomProject | null }>();

function remotePom(
  { groupId, artifactId, version }: Coordinates,
  repositories: readonly DeclaredRepository[],
  remotePoms: RemotePoms,
): PomProject | null {
  if ([groupId, artifactId, version].includes('')) {
    return null;
  }
  const bytes = remotePoms.get({ groupId, artifactId, version, repositories });
  if (bytes === null) {
    return null;
  }
  const known = parsedPoms.get(bytes) ?? { project: parseOrNull(textOf(bytes)) };
  parsedPoms.set(bytes, known);
  return known.project;
}

/** An environment that remembers what was read of it, and whether coordinates have such a value in them. */
function watched(env: PomSources['env']): {
  env: PomSources['env'];
  tells: (wanted: Coordinates) => boolean;
} {
  const read = new Set<string>();
  return {
    env: new Proxy(env, {
      get: (target, name: string) => {
        const value = target[name];
        if (value !== undefined && value.trim() !== '') {
          read.add(value.trim());
        }
        return value;
      },
    }),
    tells: ({ groupId, artifactId, version }) =>
      [...read].some((value) => [groupId, artifactId, version].some((part) => part.includes(value))),
  };
}

function textOf(bytes: Buffer | null): string | undefined {
  return bytes?.toString('utf8');
}

function parseOrNull(text: string | undefined): PomProject | null {
  if (text === undefined) {
    return null;
  }
  try {
    return parsePom(text);
  } catch (error) {
    if (error instanceof AppError) {
      return null;
    }
    throw error;
  }
}

const maxCached = 10_000;

function cached(read: (path: string) => PomProject | null): (path: string) => PomProject | null {
  const known = new Map<string, PomProject | null>();
  return (path) => {
    let found = known.get(path);
    if (found === undefined) {
      found = read(path);
      if (known.size < maxCached) {
        known.set(path, found);
      }
    }
    return found;
  };
}

/** Where the settings say, else in `~/.m2`. */
function localRepository(env: PomSources['env'], read: (path: string) => string | undefined): string {
  return readMavenSettings(env, read).localRepository || `${env['HOME'] ?? ''}/.m2/repository`;
}
