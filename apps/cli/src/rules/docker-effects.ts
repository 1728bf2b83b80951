import type { CredentialEffects } from '@lanner/runtimes';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

const helperTimeoutMs = 10_000;
const maxAnswerBytes = 65_536;

/** Docker's configuration (of $DOCKER_CONFIG, or ~/.docker) and the credential helpers on the path. */
export function dockerEffects(env: Readonly<Record<string, string | undefined>>): CredentialEffects {
  const folder = env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? homedir(), '.docker');
  return {
    readConfig: () => readOptional(join(folder, 'config.json')),
    runHelper: (name, host) => runHelper(name, host, env),
  };
}

async function readOptional(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Who may not read it has no credentials there.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') {
      return null;
    }
    throw error;
  }
}

/** Without a shell: the name comes from a file. Null when there is no such helper, or it has no answer. */
function runHelper(
  name: string,
  host: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  if (!/^[\w.-]+$/.test(name)) {
    return Promise.resolve(null);
  }
  return new Promise((resolve) => {
    const child = spawn(`docker-credential-${name}`, ['get'], {
      env: { ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: helperTimeoutMs,
    });
    let answer = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
      if (answer.length > maxAnswerBytes) {
        child.kill();
      }
    });
    // A helper that ends before it has read its input is told by its exit code.
    child.stdin.on('error', () => undefined);
    child.on('error', () => {
      resolve(null);
    });
    child.on('close', (code) => {
      resolve(code === 0 ? answer : null);
    });
    child.stdin.end(host);
  });
}
