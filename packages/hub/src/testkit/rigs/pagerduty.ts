import type { HttpRig } from '../rig.ts';

export const rig: HttpRig = {
  over: 'http',
  secrets: ['pagerduty-routing-key'],
  settings: () => ({ routingkey: 'pagerduty-routing-key' }),
  outputs: ({ body }) => [(JSON.parse(body) as { payload: { summary: string } }).payload.summary],
  accept: () => ({ status: 202, body: '{"status":"success"}' }),
};
