import { defineImageSource } from '../image-source.ts';
import { openOciLayout } from '../artifacts/oci-layout.ts';

export const imageSource = defineImageSource({
  id: 'oci-layout',
  doc: 'An OCI image layout, a folder or a tar archive of it; `PATH:TAG` and `PATH@DIGEST` choose one of its images.',
  takes: 'path',
  rank: 2,
  open: openOciLayout,
});
