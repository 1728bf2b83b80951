import type { DatagramRig } from '../rig.ts';

export const rig: DatagramRig = {
  over: 'udp',
  secrets: [],
  settings: (port) => ({ forwarder: `127.0.0.1:${port}` }),
  count: (datagram) => Number(/^falcosidekick\.total:(\d+)\|c$/m.exec(datagram)?.[1] ?? 0),
};
