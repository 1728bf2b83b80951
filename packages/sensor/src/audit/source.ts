import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@lanner/core';
import { captureChunks, type CaptureSource } from '../capture/source.ts';

const lineFeed = Uint8Array.of(0x0a);

/**
 * The bytes of a file (plain or gzip), of all files of a folder in the order in which they were changed, or as they
 * come. A line feed is put behind each file of a folder.
 */
export async function* auditChunks(source: CaptureSource): AsyncGenerator<Uint8Array, void> {
  const files = typeof source === 'string' ? await filesOf(source) : null;
  if (files === null) {
    yield* inflated(source);
    return;
  }
  for (const file of files) {
    yield* inflated(file);
    yield lineFeed;
  }
}

/** The files of a folder, oldest first; null for what is no folder. */
async function filesOf(path: string): Promise<string[] | null> {
  try {
    if (!(await stat(path)).isDirectory()) {
      return null;
    }
    const entries = (await readdir(path, { withFileTypes: true })).filter((entry) => !entry.isDirectory());
    const files = await Promise.all(
      entries.map(async ({ name }) => ({ name, changed: (await stat(join(path, name))).mtimeMs })),
    );
    files.sort((a, b) => a.changed - b.changed || (a.name < b.name ? -1 : 1));
    return files.map(({ name }) => join(path, name));
  } catch (error) {
    throw new AppError('file.read', `${path} cannot be read`, { cause: error, details: { path } });
  }
}

async function* inflated(source: CaptureSource): AsyncGenerator<Uint8Array, void> {
  try {
    yield* captureChunks(source);
  } catch (error) {
    if (error instanceof AppError && error.code === 'capture.format') {
      throw new AppError('audit.parse', 'The compressed audit log is damaged', {
        cause: error,
        details: error.details,
        hint: 'Copy the file again; gzip -t tells whether it is whole.',
      });
    }
    throw error;
  }
}
