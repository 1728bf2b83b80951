import type { HttpRig } from '../rig.ts';

export const rig: HttpRig = {
  over: 'http',
  secrets: ['elastic-password', 'elastic-api-key', Buffer.from('me:elastic-password').toString('base64')],
  settings: (base) => ({
    hostport: base,
    username: 'me',
    password: 'elastic-password',
    apikey: 'elastic-api-key',
  }),
  outputs: ({ body }) => [(JSON.parse(body) as { output: string }).output],
  accept: () => ({ status: 201, body: '{"result":"created"}' }),
};
