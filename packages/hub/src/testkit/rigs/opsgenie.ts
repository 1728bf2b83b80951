import type { HttpRig } from '../rig.ts';

export const rig: HttpRig = {
  over: 'http',
  secrets: ['opsgenie-api-key'],
  settings: () => ({ apikey: 'opsgenie-api-key' }),
  outputs: ({ body }) => [(JSON.parse(body) as { message: string }).message],
  accept: () => ({ status: 202, body: '{"result":"Request will be processed"}' }),
};
