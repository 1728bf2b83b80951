import { AppError } from '@lanner/core';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export type CaptureKind = 'scap' | 'audit';

const headBytes = 4096;

/** Tells a capture of syscalls from a file of audit records (JSON), by its first bytes. A folder holds audit records. */
export function captureKind(path: string): CaptureKind {
  if (isFolder(path)) {
    return 'audit';
  }
  const head = readHead(path);
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const text = (isGzip ? inflateHead(head) : head).toString('latin1').trimStart();
  return text.startsWith('{') || text.startsWith('[') ? 'audit' : 'scap';
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function readHead(path: string): Buffer {
  try {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(headBytes);
      return head.subarray(0, readSync(file, head, 0, headBytes, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

// The head of a compressed file is cut off; what can be inflated is enough.
function inflateHead(head: Buffer): Buffer {
  try {
    return gunzipSync(head, { finishFlush: 2, maxOutputLength: 1 << 20 });
  } catch {
    // A damaged file is the capture reader's to report, with its offset.
    return Buffer.alloc(0);
  }
}

function unreadable(path: string, error: unknown): AppError {
  return new AppError('file.read', `the capture ${path} cannot be read: ${(error as Error).message}`, {
    cause: error,
    hint: 'Check the path given with --capture or engine.replay.capture_file.',
  });
}
