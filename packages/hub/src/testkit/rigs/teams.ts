import type { HttpRig } from '../rig.ts';

export const rig: HttpRig = {
  over: 'http',
  secrets: ['teams-webhook-secret'],
  settings: (base) => ({ webhookurl: `${base}/webhookb2/teams-webhook-secret` }),
  outputs: ({ body }) => [(JSON.parse(body) as { summary: string }).summary],
};
