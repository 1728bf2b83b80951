import type { HttpRig } from '../rig.ts';

export const rig: HttpRig = {
  over: 'http',
  secrets: ['tok-webhook-path', 'hook-header-secret'],
  settings: (base) => ({
    address: `${base}/in/tok-webhook-path`,
    customheaders: { 'X-Token': 'hook-header-secret' },
  }),
  outputs: ({ body }) => [(JSON.parse(body) as { output: string }).output],
};
