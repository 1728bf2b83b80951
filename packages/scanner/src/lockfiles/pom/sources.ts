import type { AnalyzerContext, FileTree } from '../../analyzer.ts';
import { AppError } from '@lanner/core';
import { posix } from 'node:path';
import { childText, parseXml } from '../../lib/xml.ts';
import type { PomSources } from './effective.ts';
import { type Coordinates, parsePom, type PomProject } from './project.ts';
import { evaluator } from './variables.ts';

/** POMs of the scanned tree, and of the Maven repository in the home folder. Each is parsed once. */
export function pomSources(tree: FileTree, { host, folder = '' }: AnalyzerContext): PomSources {
  const local = host === null ? null : localRepository(host.env, (path) => textOf(host.read(path)));
  const files = cached((path: string) => parseOrNull(tree.get(path)?.text()));
  const repository = cached((path: string) =>
    parseOrNull(host === null ? undefined : textOf(host.read(path))),
  );
  return {
    env: host?.env ?? {},
    file: files,
    place: (path) => posix.join(folder, path),
    repository: (wanted) => (local === null ? null : repository(`${local}/${repositoryPath(wanted)}`)),
  };
}

/** `org/example/name/1.0/name-1.0.pom`; a wanted version cannot lead out of the repository. */
export function repositoryPath({ groupId, artifactId, version }: Coordinates): string {
  const parts = [...groupId.split('.'), artifactId, version, `${artifactId}-${version}.pom`];
  return parts.map((part) => part.replaceAll(/[/\\]|^\.+$/g, '_')).join('/');
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

/** The settings of the user say where it is, then those of the installation, else it is in `~/.m2`. */
function localRepository(
  env: Readonly<Record<string, string | undefined>>,
  read: (path: string) => string | undefined,
): string {
  const { HOME = '', MAVEN_HOME } = env;
  const places = [`${HOME}/.m2/settings.xml`, ...(MAVEN_HOME ? [`${MAVEN_HOME}/conf/settings.xml`] : [])];
  for (const place of places) {
    const folder = settingsFolder(read(place));
    if (folder !== '') {
      return evaluator(new Map([['user.home', HOME]]), env)(folder);
    }
  }
  return `${HOME}/.m2/repository`;
}

function settingsFolder(text: string | undefined): string {
  try {
    return text === undefined ? '' : childText(parseXml(text), 'localRepository');
  } catch (error) {
    if (error instanceof AppError) {
      return '';
    }
    throw error;
  }
}
