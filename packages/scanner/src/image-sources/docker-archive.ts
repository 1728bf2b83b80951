import { defineImageSource } from '../image-source.ts';
import { openDockerArchive } from '../artifacts/docker-archive.ts';

export const imageSource = defineImageSource({
  id: 'docker-archive',
  doc: 'A file that `docker save` or `podman save` wrote, plain or gzip.',
  takes: 'path',
  rank: 1,
  open: openDockerArchive,
});
