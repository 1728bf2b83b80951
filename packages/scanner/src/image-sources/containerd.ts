import { openContainerdImage } from '../artifacts/containerd-image.ts';
import { defineImageSource } from '../image-source.ts';

export const imageSource = defineImageSource({
  id: 'containerd',
  doc: 'Images of containerd, k3s and microk8s, read from their content and snapshots on disk, or asked for over their socket.',
  takes: 'name',
  rank: 2,
  open: openContainerdImage,
});
