import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Unpacked where it came packed. */
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the head of the answer and then nothing more. */
  readonly stalls?: boolean;
}

/** A server on loopback that records what it gets and answers as it is told. */
export interface HttpReceiver {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  /** Null: no answer at all. */
  answer: (request: ReceivedRequest) => Answer | null;
  readonly close: () => Promise<void>;
}

export async function startHttpReceiver(): Promise<HttpReceiver> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const raw = Buffer.concat(chunks);
      const { method = '', url = '', headers } = incoming;
      const packed = headers['content-encoding'] === 'gzip';
      const request = { method, path: url, headers, body: (packed ? gunzipSync(raw) : raw).toString() };
      requests.push(request);
      const answer = receiver.answer(request);
      if (answer === null) {
        return;
      }
      outgoing.writeHead(answer.status, answer.headers);
      if (answer.stalls === true) {
        outgoing.write('…');
      } else {
        outgoing.end(answer.body);
      }
    });
  });
  const port = await listen(server);
  const receiver: HttpReceiver = {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer: () => ({ status: 200 }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
