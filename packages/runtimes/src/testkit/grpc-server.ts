import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { FrameReader } from '../grpc/frames.ts';

/** What a method of the fake answers: messages, already framed or cut as the test likes, and how the call went. */
export interface GrpcAnswer {
  readonly pieces: readonly Buffer[];
  readonly status: string;
  /** The answer stands still after its pieces. */
  readonly hangs?: boolean;
}

export type GrpcHandler = (
  path: string,
  message: Buffer,
  headers: Readonly<Record<string, unknown>>,
) => GrpcAnswer;

/** A gRPC server behind a unix socket that says what a test wants. */
export async function fakeGrpcServer(socketPath: string, handler: GrpcHandler): Promise<Http2Server> {
  const server = createServer();
  server.on('stream', (stream, headers) => {
    const reader = new FrameReader((message) => {
      answer(stream, handler(String(headers[':path']), message, headers));
    });
    stream.on('data', (piece: Buffer) => {
      reader.push(piece);
    });
    // Who asked may have gone.
    stream.on('error', () => undefined);
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return server;
}

function answer(stream: ServerHttp2Stream, { pieces, status, hangs = false }: GrpcAnswer): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': status });
  });
  for (const piece of pieces) {
    stream.write(piece);
  }
  if (!hangs) {
    stream.end();
  }
}
