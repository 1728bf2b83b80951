import type { HttpRig } from '../rig.ts';

export const rig: HttpRig = {
  over: 'http',
  secrets: ['12345:telegram-bot-token'],
  settings: (base) => ({ host: base, token: '12345:telegram-bot-token', chatid: '-100200300' }),
  // Everything with a meaning is escaped in the message.
  outputs: ({ body }) => {
    const { text } = JSON.parse(body) as { text: string };
    return [text.slice(text.indexOf('**Output**: ') + 12, -1).replace(/\\(.)/gs, '$1')];
  },
};
