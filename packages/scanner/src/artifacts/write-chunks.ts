import { open } from 'node:fs/promises';

/** Writes a new file, one chunk after the other: the memory of each is only there until the next is asked for. */
export async function writeChunks(chunks: AsyncIterable<Buffer>, path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of chunks) {
      await file.appendFile(chunk);
    }
  } finally {
    await file.close();
  }
}
