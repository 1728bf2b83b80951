import { type ChildProcess, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { AppError } from '@lanner/core';
import { readReport, type Report } from '@lanner/scanner';
import { selfEntry } from '../scan/self.ts';

const maxReportBytes = 256 * 2 ** 20;
const maxMessageBytes = 64 * 2 ** 10;
/** A scan that was told to end, and does not. */
const graceMs = 3000;

/** Scans in a process of its own, with low priority. Throws AppError 'artifact.missing' with what the scan said. */
export async function scanInChild(args: readonly string[], signal: AbortSignal): Promise<Report> {
  const { file, args: own } = selfEntry(['scan', ...args, '--format', 'json', '--list-all-pkgs', '--quiet']);
  signal.throwIfAborted();
  const child = spawn(process.execPath, [file, ...own], { stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) {
    setPriority(child.pid, constants.priority.PRIORITY_LOW);
  }
  const end = endWith(child, signal);
  const code = new Promise<number | null>((resolve) => {
    // One that could not be started; it has no exit code.
    child.on('error', () => {
      resolve(null);
    });
    child.on('close', resolve);
  });
  const [output, message, status] = await Promise.all([
    collect(child.stdout, maxReportBytes),
    collect(child.stderr, maxMessageBytes),
    code,
  ]);
  end();
  if (status !== 0) {
    throw new AppError(
      'artifact.missing',
      `lanner scan ${args.join(' ')} ended with ${status ?? 'a signal'}: ${lastLine(message)}`,
    );
  }
  return readReport(output);
}

/** Ends the child with the signal; gives what ends this connection of the two. */
function endWith(child: ChildProcess, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.kill('SIGTERM');
    timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  };
  signal.addEventListener('abort', stop);
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  };
}

async function collect(stream: NodeJS.ReadableStream, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maxBytes) {
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks).toString();
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
