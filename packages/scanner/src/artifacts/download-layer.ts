import type { Descriptor } from '@lanner/runtimes';
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ImageLayer, LayerProgress } from './image.ts';

/** Brings a layer to the temporary folder; `chunks` are verified by who gives them. Throws what they throw. */
export async function downloadLayer(
  chunks: AsyncIterable<Buffer>,
  { size }: Pick<Descriptor, 'size'>,
  temporaryFolder: string,
  { onBytes }: LayerProgress,
): ReturnType<ImageLayer['fetch']> {
  const path = join(temporaryFolder, `layer-${randomUUID()}`);
  const release = (): void => void rm(path, { force: true });
  try {
    await pipeline(counted(chunks, onBytes), createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { content: { kind: 'archive', path, offset: 0, length: size }, release };
}

async function* counted(
  chunks: AsyncIterable<Buffer>,
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}
