import type { HttpRig } from '../rig.ts';

interface Body {
  readonly attachments: readonly { readonly fallback: string }[];
}

export const rig: HttpRig = {
  over: 'http',
  secrets: ['mattermost-secret'],
  settings: (base) => ({ webhookurl: `${base}/hooks/mattermost-secret` }),
  outputs: ({ body }) => (JSON.parse(body) as Body).attachments.map(({ fallback }) => fallback),
};
