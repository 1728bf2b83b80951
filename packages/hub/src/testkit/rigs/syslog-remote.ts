import type { TcpRig } from '../rig.ts';

export const rig: TcpRig = {
  over: 'tcp',
  acknowledged: false,
  secrets: [],
  settings: (port) => ({ host: '127.0.0.1', port: String(port) }),
};
