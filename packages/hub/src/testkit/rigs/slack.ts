import type { HttpRig } from '../rig.ts';

interface Body {
  readonly attachments: readonly { readonly fallback: string }[];
}

export const rig: HttpRig = {
  over: 'http',
  secrets: ['T0000AAAA', 'B1111BBBB', 'slack-webhook-secret'],
  settings: (base) => ({ webhookurl: `${base}/services/T0000AAAA/B1111BBBB/slack-webhook-secret` }),
  outputs: ({ body }) => (JSON.parse(body) as Body).attachments.map(({ fallback }) => fallback),
};
