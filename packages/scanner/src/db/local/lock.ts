import { AppError } from '@lanner/core';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LockOptions {
  /** How long to wait for another process. */
  readonly waitMs: number;
  readonly pollMs?: number;
}

/**
 * Runs while no other process does the same under this path. A lock whose process is gone is taken over. Throws
 * AppError 'database.busy' when the wait was in vain.
 */
export async function withLock<T>(
  path: string,
  { waitMs, pollMs = 200 }: LockOptions,
  run: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + waitMs;
  while (!tryLock(path)) {
    if (!isHeld(path)) {
      rmSync(path, { force: true });
    } else if (performance.now() >= deadline) {
      throw new AppError('database.busy', 'another process is changing the database', {
        hint: `Wait for it, or remove ${path} when there is none.`,
      });
    } else {
      await sleep(pollMs);
    }
  }
  try {
    return await run();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryLock(path: string): boolean {
  try {
    const fd = openSync(path, 'wx', 0o600);
    writeSync(fd, String(process.pid));
    closeSync(fd);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw new AppError('file.write', `${path} cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Whether the process that wrote the lock lives; one that is still being written counts as held. */
function isHeld(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    if (!Number.isInteger(pid) || pid <= 0) {
      return true;
    }
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
