import type { TcpRig } from '../rig.ts';

export const rig: TcpRig = {
  over: 'tcp',
  secrets: ['nats-password'],
  settings: (port) => ({ hostport: `nats://me:nats-password@127.0.0.1:${port}` }),
};
