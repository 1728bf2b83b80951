import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';

export interface TestServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** A server on loopback. */
export async function serve(listener: RequestListener): Promise<TestServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    // A server on a port has such an address.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Gives the files below a folder. */
export function filesOf(folder: string): RequestListener {
  return ({ url = '' }, response) => {
    const path = join(folder, normalize(decodeURIComponent(url)));
    if (existsSync(path) && statSync(path).isFile()) {
      response.end(readFileSync(path));
    } else {
      response.writeHead(404).end();
    }
  };
}
