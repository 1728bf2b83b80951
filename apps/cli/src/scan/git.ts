import type { Log } from '@lanner/core';
import type { ReportMetadata } from '@lanner/scanner';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';

/** What a report says of a repository. */
export type GitMetadata = Pick<
  ReportMetadata,
  'repoUrl' | 'branch' | 'tags' | 'commit' | 'commitMessage' | 'author' | 'committer'
>;

const maxObjectBytes = 2 ** 20;
const hashPattern = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/**
 * What the `.git` folder of a local repository says, read without running git: its configuration could start programs.
 * null where there is no repository. Commits that git has packed give no message and author, unless `commitText` is what git
 * says of the one that is checked out.
 */
export function gitMetadata(folder: string, log: Log, commitText?: string): GitMetadata | null {
  const git = join(folder, '.git');
  const head = readText(join(git, 'HEAD'));
  if (head === null) {
    return null;
  }
  try {
    return metadataOf(git, head.trim(), commitText);
  } catch (error) {
    log.warn('the repository could not be read', { folder, problem: (error as Error).message });
    return null;
  }
}

function metadataOf(git: string, head: string, commitText: string | undefined): GitMetadata {
  const ref = /^ref: (refs\/\S+)$/.exec(head)?.[1];
  const packed = readText(join(git, 'packed-refs')) ?? '';
  const commit = ref === undefined ? head : refTarget(git, ref, packed);
  const repoUrl = remoteUrl(readText(join(git, 'config')) ?? '');
  const branch = ref?.replace(/^refs\/heads\//, '');
  const known = commit !== undefined && hashPattern.test(commit) ? commit : undefined;
  const tags = known === undefined ? [] : tagsOf(git, packed, known);
  return {
    ...(repoUrl === undefined ? {} : { repoUrl }),
    ...(branch === undefined ? {} : { branch }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(known === undefined
      ? {}
      : { commit: known, ...commitDetails(commitText ?? looseCommit(git, known)) }),
  };
}

function refTarget(git: string, ref: string, packed: string): string | undefined {
  if (ref.split('/').includes('..')) {
    return undefined;
  }
  return readText(join(git, ref))?.trim() ?? packedRefs(packed).find(([, name]) => name === ref)?.[0];
}

function packedRefs(packed: string): [hash: string, name: string][] {
  return [...packed.matchAll(/^([0-9a-f]{40,64}) (\S+)$/gm)].map(([, hash = '', name = '']) => [hash, name]);
}

/** Without a name and password that may be in it. */
function remoteUrl(config: string): string | undefined {
  const [, section = ''] = /^\[remote "origin"\]\s*$([^[]*)/m.exec(config) ?? [];
  const url = /^\s*url\s*=\s*(\S+)\s*$/m.exec(section)?.[1];
  return url?.replace(/^(\w+:\/\/)[^@/]*@/, '$1');
}

function tagsOf(git: string, packed: string, commit: string): string[] {
  const loose = listNames(join(git, 'refs/tags')).filter(
    (name) => readText(join(git, 'refs/tags', name))?.trim() === commit,
  );
  // A line that begins with ^ says which commit the annotated tag before it names.
  const annotated = [...packed.matchAll(/^[0-9a-f]{40,64} refs\/tags\/(\S+)\n\^([0-9a-f]{40,64})$/gm)]
    .filter(([, , hash]) => hash === commit)
    .map(([, name = '']) => name);
  const plain = packedRefs(packed)
    .filter(([hash, name]) => hash === commit && name.startsWith('refs/tags/'))
    .map(([, name]) => name.slice('refs/tags/'.length));
  return [...new Set([...loose, ...annotated, ...plain])].sort();
}

/** A commit that git has not packed; '' for others. */
function looseCommit(git: string, hash: string): string {
  const packed = readBytes(join(git, 'objects', hash.slice(0, 2), hash.slice(2)));
  const text =
    packed === null ? '' : inflateSync(packed, { maxOutputLength: maxObjectBytes }).toString('utf8');
  return /^commit \d+\0(.*)$/s.exec(text)?.[1] ?? '';
}

function commitDetails(text: string): Partial<GitMetadata> {
  const [, header = '', message = ''] = /^(.*?)\n\n(.*)$/s.exec(text) ?? [];
  const author = person(header, 'author');
  const committer = person(header, 'committer');
  return {
    ...(message === '' ? {} : { commitMessage: message.trim() }),
    ...(author === undefined ? {} : { author }),
    ...(committer === undefined ? {} : { committer }),
  };
}

function person(header: string, role: string): string | undefined {
  return new RegExp(`^${role} (.*?>)`, 'm').exec(header)?.[1];
}

function readText(path: string): string | null {
  return readBytes(path)?.toString('utf8') ?? null;
}

function readBytes(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    // Absent, a folder or not readable: all mean that it is not known.
    return null;
  }
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // No tags.
    return [];
  }
}
