import { once } from 'node:events';
import type { HostPort } from './host-port.ts';
import { openLink } from './link.ts';

/** A place that takes datagrams. */
export interface UdpLink {
  /** Sends one datagram. Throws AppError 'output.failed' or 'output.timeout'. */
  readonly send: (datagram: Buffer | string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** `server` names it in errors. The socket does not keep the process alive. */
export function openUdpLink(server: string, { host, port }: HostPort, timeoutMs: number): UdpLink {
  const link = openLink({
    server,
    timeoutMs,
    async connect(lost) {
      const [{ createSocket }, { lookup }] = await Promise.all([
        import('node:dgram'),
        import('node:dns/promises'),
      ]);
      const { address, family } = await lookup(host);
      const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
      socket.on('error', lost);
      socket.connect(port, address);
      await once(socket, 'connect');
      socket.unref();
      return socket;
    },
    end: (socket) => void socket.close(),
  });
  return {
    send: (datagram) =>
      link.use(
        (socket) =>
          new Promise((resolve, reject) => {
            socket.send(datagram, (error) => {
              if (error === null) {
                resolve();
              } else {
                reject(error);
              }
            });
          }),
      ),
    close: link.close,
  };
}
