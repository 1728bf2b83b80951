import type { HttpRig } from '../rig.ts';

interface Body {
  readonly embeds: readonly { readonly description: string }[];
}

export const rig: HttpRig = {
  over: 'http',
  secrets: ['discord-webhook-secret'],
  settings: (base) => ({ webhookurl: `${base}/api/webhooks/1234567890/discord-webhook-secret` }),
  outputs: ({ body }) =>
    (JSON.parse(body) as Body).embeds.map(({ description }) => description).filter((text) => text !== ''),
  accept: () => ({ status: 204 }),
};
