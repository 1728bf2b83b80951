import { EngineClient } from '@lanner/runtimes';
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ImageSourceContext } from '../image-source.ts';
import { openSavedImage } from './docker-archive.ts';
import type { Image } from './image.ts';

/** Opens an image of Docker's engine, or of one that speaks like it. Throws AppError 'artifact.*'. */
export async function openEngineImage(
  name: string,
  socket: string,
  context: ImageSourceContext,
): Promise<Image> {
  const engine = new EngineClient(socket);
  const path = join(context.temporaryFolder, `saved-${randomUUID()}.tar`);
  try {
    const { repoTags, repoDigests } = await engine.image(name);
    await pipeline(await engine.save(name), createWriteStream(path, { mode: 0o600 }));
    const image = await openSavedImage(path, name, context);
    return { ...image, repoTags, repoDigests };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    engine.close();
  }
}
