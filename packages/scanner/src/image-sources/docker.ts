import { socketPath } from '@lanner/runtimes';
import { openEngineImage } from '../artifacts/engine-image.ts';
import { defineImageSource } from '../image-source.ts';

export const imageSource = defineImageSource({
  id: 'docker',
  doc: 'The Docker engine of this machine, over its socket.',
  takes: 'name',
  rank: 1,
  open: async (name, context) => {
    const address = context.hosts.docker ?? context.env['DOCKER_HOST'] ?? '/var/run/docker.sock';
    return openEngineImage(name, socketPath(address), context);
  },
});
