import { closeSync, fstatSync, openSync, write } from 'node:fs';
import { AppError, type Log } from '@lanner/core';
import { DestinationQueue, type OpenDestination, OutputHub } from '@lanner/hub';

const capacity = 100_000;
const maxBytes = 64 * 2 ** 20;
const timeoutMs = 2000;

/** Where the alerts of a command go: standard error, or what `--alerts` names. Throws AppError for what cannot be. */
export function openAlertStream(
  target: string | undefined,
  err: (text: string) => void,
  log: Log,
): OutputHub {
  const destination = target === undefined ? toStderr(err) : toDescriptor(target);
  const queue = new DestinationQueue(destination, { id: 'alerts', capacity, maxBytes, timeoutMs, log });
  return new OutputHub(new Map([['alerts', queue]]));
}

function toStderr(err: (text: string) => void): OpenDestination {
  return {
    send(batch) {
      err(linesOf(batch));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

type Batch = Parameters<OpenDestination['send']>[0];

function linesOf(batch: Batch): string {
  return `${batch.map(({ line }) => line).join('\n')}\n`;
}

function toDescriptor(target: string): OpenDestination {
  const fd = descriptorOf(target);
  return {
    send: (batch) => writeAll(fd, Buffer.from(linesOf(batch))),
    close() {
      closeSync(fd);
      return Promise.resolve();
    },
  };
}

function descriptorOf(target: string): number {
  const [, number] = /^fd:(\d+)$/.exec(target) ?? [];
  try {
    if (number !== undefined) {
      fstatSync(Number(number));
      return Number(number);
    }
    return openSync(target, 'a');
  } catch (error) {
    throw new AppError('file.write', `--alerts ${target} cannot be written: ${(error as Error).message}`, {
      cause: error,
      hint: 'Name a file, or an open descriptor as fd:N.',
    });
  }
}

async function writeAll(fd: number, bytes: Buffer): Promise<void> {
  for (let offset = 0; offset < bytes.length;) {
    offset += await new Promise<number>((resolve, reject) => {
      write(fd, bytes, offset, (error, written) => {
        if (error === null) {
          resolve(written);
        } else {
          reject(error);
        }
      });
    });
  }
}
