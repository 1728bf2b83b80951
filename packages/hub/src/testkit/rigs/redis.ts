import type { TcpRig } from '../rig.ts';

export const rig: TcpRig = {
  over: 'tcp',
  secrets: ['redis-password'],
  settings: (port) => ({ address: `127.0.0.1:${port}`, password: 'redis-password' }),
};
