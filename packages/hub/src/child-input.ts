import { AppError } from '@lanner/core';
import type { ChildProcess } from 'node:child_process';

/** Writes to a child's standard input and waits until the pipe has taken it. Rejects when the child is gone. */
export function writeToChild(child: ChildProcess, text: string): Promise<void> {
  const { stdin } = child;
  return new Promise((resolve, reject) => {
    if (stdin === null || !stdin.writable) {
      reject(new AppError('output.failed', 'the program has ended'));
      return;
    }
    stdin.write(text, (error) => {
      if (error) {
        reject(
          new AppError('output.failed', `the program does not read: ${error.message}`, { cause: error }),
        );
      } else {
        resolve();
      }
    });
  });
}

/** Ends a child's input and waits for its exit; after `graceMs` it is killed. */
export function endChild(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    child.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    child.stdin?.end();
  });
}
