import { AppError } from '@lanner/core';
import { containerdSockets, socketPath } from '@lanner/runtimes';
import type { ImageSourceContext } from '../image-source.ts';
import { openContainerdDiskImage } from './containerd-disk-image.ts';
import { meantImage } from './containerd-names.ts';
import { openContainerdServiceImage } from './containerd-service-image.ts';
import type { Image } from './image.ts';

/**
 * Opens an image of a containerd on this machine: from its disk, which needs no copying, and where that cannot be read or
 * lacks it, over its socket. Whose CONTAINERD_ADDRESS is none of the usual ones means that daemon, and no other's disk.
 * Throws AppError 'artifact.missing'.
 */
export async function openContainerdImage(name: string, context: ImageSourceContext): Promise<Image> {
  const { env, containerdRoots } = context;
  const meant = meantImage(name, env['CONTAINERD_NAMESPACE']);
  const address = env['CONTAINERD_ADDRESS'];
  const sockets = address === undefined || address === '' ? containerdSockets : [socketPath(address)];
  const isOther = sockets.some((socket) => !containerdSockets.includes(socket));
  if (isOther && containerdRoots.length === 0) {
    return openContainerdServiceImage(meant, sockets, context);
  }
  try {
    return await openContainerdDiskImage(meant, context);
  } catch (onDisk) {
    if (!(onDisk instanceof AppError) || onDisk.code !== 'artifact.missing') {
      throw onDisk;
    }
    try {
      return await openContainerdServiceImage(meant, sockets, context);
    } catch (asked) {
      if (asked instanceof AppError && asked.code === 'artifact.missing') {
        throw new AppError('artifact.missing', `${onDisk.message}; ${asked.message}`, { cause: asked });
      }
      throw asked;
    }
  }
}
