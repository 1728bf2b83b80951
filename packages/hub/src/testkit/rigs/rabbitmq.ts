import type { TcpRig } from '../rig.ts';

export const rig: TcpRig = {
  over: 'tcp',
  secrets: ['rabbit-password'],
  settings: (port) => ({ url: `amqp://me:rabbit-password@127.0.0.1:${port}/`, queue: 'falco' }),
};
