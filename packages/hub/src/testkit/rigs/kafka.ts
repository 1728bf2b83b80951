import type { TcpRig } from '../rig.ts';

export const rig: TcpRig = {
  over: 'tcp',
  secrets: ['kafka-password'],
  settings: (port) => ({
    hostport: `127.0.0.1:${port}`,
    topic: 'falco',
    sasl: 'PLAIN',
    username: 'me',
    password: 'kafka-password',
  }),
};
