import { socketPath } from '@lanner/runtimes';
import { openEngineImage } from '../artifacts/engine-image.ts';
import { defineImageSource } from '../image-source.ts';

export const imageSource = defineImageSource({
  id: 'podman',
  doc: 'The service of Podman on this machine, over its socket.',
  takes: 'name',
  rank: 4,
  open: async (name, context) => {
    const folder = context.env['XDG_RUNTIME_DIR'] ?? '/run';
    return openEngineImage(name, socketPath(context.hosts.podman ?? `${folder}/podman/podman.sock`), context);
  },
});
