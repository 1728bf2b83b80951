import type { TcpRig } from '../rig.ts';

export const rig: TcpRig = {
  over: 'tcp',
  secrets: ['smtp-password', Buffer.from('smtp-password').toString('base64')],
  settings: (port) => ({
    hostport: `127.0.0.1:${port}`,
    from: 'falco@example.test',
    to: 'ops@example.test',
    tls: false,
    user: 'me',
    password: 'smtp-password',
  }),
};
