import type { HttpRig } from '../rig.ts';

export const rig: HttpRig = {
  over: 'http',
  secrets: ['otlp-header-secret'],
  settings: (base) => ({
    endpoint: `${base}/v1/metrics`,
    protocol: 'http/json',
    headers: 'authorization=Bearer%20otlp-header-secret',
  }),
};
