import { defineDistribution } from '../distribution.ts';
import { rollingApk } from '../lib/rolling-apk.ts';

export const distribution = defineDistribution({
  id: 'chainguard',
  doc: 'Chainguard, which has no releases, by source packages.',
  families: ['chainguard'],
  lifetime: () => null,
  detect: rollingApk('chainguard'),
});
