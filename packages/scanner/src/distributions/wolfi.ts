import { defineDistribution } from '../distribution.ts';
import { rollingApk } from '../lib/rolling-apk.ts';

export const distribution = defineDistribution({
  id: 'wolfi',
  doc: 'Wolfi, which has no releases, by source packages.',
  families: ['wolfi'],
  lifetime: () => null,
  detect: rollingApk('wolfi'),
});
