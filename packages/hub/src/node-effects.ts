import { AppError, type Log } from '@lanner/core';
import { type ChildProcess, spawn } from 'node:child_process';
import { open, readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { join } from 'node:path';
import type { AppendFile, DestinationEffects } from './destination.ts';

/** The real effects of destinations. */
export function nodeEffects(log: Log, writeStdout: DestinationEffects['writeStdout']): DestinationEffects {
  return {
    log,
    writeStdout,
    openAppend,
    readFile: (path) => guarded(path, () => readFile(path)),
    readFolder,
    spawn: spawnProgram,
    request,
    now: () => new Date(),
    environment: (name) => process.env[name],
    timeoutMs: 10_000,
  };
}

async function openAppend(path: string): Promise<AppendFile> {
  const handle = await guarded(path, () => open(path, 'a', 0o644), 'file.write');
  return {
    append: (text) => guarded(path, () => handle.appendFile(text), 'file.write'),
    close: () => handle.close(),
  };
}

async function readFolder(path: string): Promise<Buffer[]> {
  try {
    const names = (await readdir(path)).filter((name) => /\.(?:pem|crt)$/.test(name));
    return await Promise.all(names.map((name) => readFile(join(path, name))));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}

function spawnProgram(
  argv: readonly string[],
  stdin: 'pipe' | ChildProcess,
  stdout: 'inherit' | 'pipe',
): ChildProcess {
  const [program = '', ...args] = argv;
  const input = stdin === 'pipe' ? 'pipe' : stdin.stdout;
  const child = spawn(program, args, { stdio: [input ?? 'pipe', stdout, 'inherit'], shell: false });
  if (stdin !== 'pipe') {
    // The pipe belongs to the two programs now.
    stdin.stdout?.destroy();
  }
  return child;
}

// Loaded when first needed: starting without it takes a tenth less.
async function request(url: URL, options: RequestOptions, body: Buffer): Promise<IncomingMessage> {
  const start = (await (url.protocol === 'https:' ? import('node:https') : import('node:http'))).request;
  return new Promise((resolve, reject) => {
    const outgoing = start(url, options, resolve);
    outgoing.on('timeout', () => {
      outgoing.destroy(
        new AppError('output.timeout', `${url.origin} did not answer within ${options.timeout ?? 0} ms`),
      );
    });
    outgoing.on('error', (error) => {
      reject(
        error instanceof AppError
          ? error
          : new AppError(
              'output.failed',
              `${url.origin} cannot be reached: ${error.message || String((error as NodeJS.ErrnoException).code)}`,
              { cause: error },
            ),
      );
    });
    outgoing.end(body);
  });
}

async function guarded<T>(
  path: string,
  action: () => Promise<T>,
  code: 'file.read' | 'file.write' = 'file.read',
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new AppError(code, `${path}: ${(error as Error).message}`, {
      cause: error,
      hint: 'Check the path and its permissions.',
    });
  }
}
