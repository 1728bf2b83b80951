import type { HttpRig } from '../rig.ts';

interface Push {
  readonly streams: readonly { readonly values: readonly [string, string][] }[];
}

export const rig: HttpRig = {
  over: 'http',
  secrets: ['loki-api-key', Buffer.from('me:loki-api-key').toString('base64')],
  settings: (base) => ({ hostport: base, user: 'me', apikey: 'loki-api-key' }),
  outputs: ({ body }) =>
    (JSON.parse(body) as Push).streams.flatMap(({ values }) => values.map(([, line]) => line)),
  accept: () => ({ status: 204 }),
};
