import { defineDistribution } from '../distribution.ts';
import { rollingApk } from '../lib/rolling-apk.ts';

export const distribution = defineDistribution({
  id: 'minimos',
  doc: 'MinimOS, which has no releases, by source packages.',
  families: ['minimos'],
  lifetime: () => null,
  detect: rollingApk('minimos'),
});
