import { AppError } from '@lanner/core';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ScanContext } from './scan-context.ts';

const run = promisify(execFile);

/** What git may say; only its last words are shown. */
const maxOutputBytes = 2 ** 20;
/** Whoever gets a token wants some name with it. */
const tokenUser = 'lanner';

/** What git sets for its hooks: with it, a clone would be made in the repository that a hook is of. */
const hookVariables = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_DIR',
  'GIT_INDEX_FILE',
  'GIT_NAMESPACE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
]);

/** Of what git may do for a clone: start no hooks, filters of large files or monitors, and ask nobody at the terminal. */
const settings = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['protocol.ext.allow', 'never'],
] as const;

export interface ClonedRepository {
  readonly folder: string;
  /** The commit that is checked out, as git keeps it. */
  readonly commitText: string;
}

/** The address that a target of `scan repo` means; null for what is a folder here, or could be none but that. */
export function repositoryAddress(target: string): string | null {
  if (existsSync(target)) {
    return null;
  }
  // `git@example.com:team/app`, as ssh writes it.
  if (/^(?:https?|git|ssh):\/\//.test(target) || /^[\w.-]+@[\w.-]+:[^/]/.test(target)) {
    return target;
  }
  // The scheme may be left out: `example.com/team/app`.
  return /^[\w-]+(?:\.[\w-]+)+(?::\d+)?\/./.test(target) ? `https://${target}` : null;
}

/**
 * Takes a name and password out of the address of a repository, as the header that they are sent in: addresses are shown,
 * and arguments are seen by others. What has none stays as it was written. Throws AppError 'usage.invalid'.
 */
export function withoutLogin(target: string): { target: string; login: string | null } {
  const address = repositoryAddress(target);
  if (address === null || !isHttp(address)) {
    return { target, login: null };
  }
  try {
    const url = new URL(address);
    const [username, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    url.username = '';
    url.password = '';
    return username === '' && password === ''
      ? { target, login: null }
      : { target: url.href, login: basic(username, password) };
  } catch (error) {
    const shown = target.replace(/\/\/.*@/, '//');
    throw new AppError('usage.invalid', `'${shown}' is no address of a repository`, {
      cause: error,
      hint: 'Write special characters of a name and password as %XX.',
    });
  }
}

/**
 * Clones a repository into the scan's folder with the program git: its newest state, or what --branch, --tag or --commit
 * say. Throws AppError 'artifact.missing' with git's last words, and 'usage.invalid' where there is no git.
 */
export async function cloneRepository(address: string, context: ScanContext): Promise<ClonedRepository> {
  const folder = join(context.folder, 'clone');
  const authorization = context.login ?? tokenOf(context);
  const [branch, tag, commit] = ['branch', 'tag', 'commit'].map((name) =>
    context.settings.text(`repository.${name}`),
  );
  const reference = tag ?? branch;
  if (commit !== undefined && !/^[0-9a-f]{4,64}$/i.test(commit)) {
    throw new AppError('usage.invalid', `'${commit}' is no commit`, {
      hint: 'Write it as hexadecimal digits.',
    });
  }
  const git = (...args: readonly string[]): Promise<string> =>
    runGit(args, { context, address, authorization });
  await git(
    'clone',
    '--quiet',
    '--template=',
    '--no-recurse-submodules',
    // A commit may be anywhere in the history.
    ...(commit === undefined ? ['--depth=1'] : ['--no-checkout']),
    ...(reference === undefined ? [] : [`--branch=${reference}`]),
    '--',
    address,
    folder,
  );
  if (commit !== undefined) {
    await git('-C', folder, 'checkout', '--quiet', '--detach', commit);
  }
  return { folder, commitText: await git('-C', folder, 'cat-file', 'commit', 'HEAD') };
}

interface GitRun {
  readonly context: ScanContext;
  readonly address: string;
  readonly authorization: string | null;
}

async function runGit(args: readonly string[], { context, address, authorization }: GitRun): Promise<string> {
  const { environment, signal } = context;
  try {
    const { stdout } = await run('git', args, {
      env: { ...withoutHookVariables(environment.env), ...gitVariables(context, address, authorization) },
      maxBuffer: maxOutputBytes,
      signal,
    });
    return stdout;
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') {
      throw new AppError('usage.invalid', 'repositories at an address need the program git', {
        cause: error,
        hint: 'Install git, or clone the repository elsewhere and scan its folder.',
      });
    }
    if (signal.aborted) {
      throw signal.reason instanceof AppError
        ? signal.reason
        : new AppError('usage.invalid', 'the scan was stopped');
    }
    throw new AppError('artifact.missing', `${address} cannot be cloned: ${lastWords(stderr)}`, {
      hint: 'Check address and access; GITHUB_TOKEN and GITLAB_TOKEN are used where they are set.',
    });
  }
}

function lastWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-3).join(' ').slice(0, 1000) || 'git failed';
}

function withoutHookVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !hookVariables.has(name)));
}

/** Secrets go by the environment, which others cannot see as they see arguments. */
function gitVariables(
  { settings: flags }: ScanContext,
  address: string,
  authorization: string | null,
): Record<string, string> {
  const certificates = flags.text('cacert');
  const pairs: (readonly [string, string])[] = [
    ...settings,
    ...(authorization === null || !isHttp(address)
      ? []
      : [[`http.${new URL(address).origin}/.extraHeader`, `Authorization: ${authorization}`] as const]),
  ];
  return {
    GIT_TERMINAL_PROMPT: '0',
    GIT_LFS_SKIP_SMUDGE: '1',
    // Words that the hint and the tests know.
    LC_ALL: 'C',
    GIT_CONFIG_COUNT: String(pairs.length),
    ...Object.fromEntries(
      pairs.flatMap(([key, value], i) => [
        [`GIT_CONFIG_KEY_${i}`, key],
        [`GIT_CONFIG_VALUE_${i}`, value],
      ]),
    ),
    ...(flags.isOn('insecure') ? { GIT_SSL_NO_VERIFY: 'true' } : {}),
    ...(certificates === undefined ? {} : { GIT_SSL_CAINFO: certificates }),
  };
}

function isHttp(address: string): boolean {
  return /^https?:\/\//.test(address);
}

function tokenOf({ environment: { env } }: ScanContext): string | null {
  const token = env['GITHUB_TOKEN'] || env['GITLAB_TOKEN'];
  return token === undefined || token === '' ? null : basic(tokenUser, token);
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
