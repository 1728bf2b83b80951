import { defineImageSource } from '../image-source.ts';
import { openRemoteImage } from '../artifacts/remote-image.ts';

export const imageSource = defineImageSource({
  id: 'remote',
  doc: 'A registry, by the distribution API: mirrors first, with every login that is known.',
  takes: 'name',
  rank: 9,
  open: openRemoteImage,
});
