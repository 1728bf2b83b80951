import type { TcpRig } from '../rig.ts';

export const rig: TcpRig = {
  over: 'tcp',
  secrets: ['mqtt-password'],
  settings: (port) => ({ broker: `tcp://127.0.0.1:${port}`, user: 'me', password: 'mqtt-password', qos: 1 }),
};
