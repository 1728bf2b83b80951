import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** The connection may be used again. */
  readonly isOpen: boolean;
}

const headEnd = '\r\n\r\n';

/** Writes bytes as they are and reads answers: a client that has no opinion on what a request should be. */
export class RawConnection {
  readonly #socket: Socket;
  #received = '';
  #isEnded = false;
  /** The answer that is waited for has no body, whatever its length says. */
  #isHead = false;
  #wake: () => void = () => undefined;

  /** To a port of this machine; `tls` null for a plain one. */
  constructor(port: number, tls: ConnectionOptions | null = null) {
    const place = { port, host: '127.0.0.1' };
    this.#socket = tls === null ? connect(place) : connectTls({ ...tls, ...place });
    const end = (): void => {
      this.#isEnded = true;
      this.#wake();
    };
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (piece: string) => {
      this.#received += piece;
      this.#wake();
    });
    this.#socket.on('error', end);
    this.#socket.on('close', end);
  }

  /** The first answer; null when the server closed without one. `isLast`: nothing more will be sent. */
  async ask(bytes: Buffer, isLast: boolean): Promise<RawAnswer | null> {
    this.#isHead = bytes.subarray(0, 5).toString('latin1') === 'HEAD ';
    this.#socket.write(bytes);
    if (isLast) {
      this.#socket.end();
    }
    for (;;) {
      const answer = this.#parse();
      if (answer !== null || this.#isEnded) {
        return answer;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #parse(): RawAnswer | null {
    const end = this.#received.indexOf(headEnd);
    if (end < 0) {
      return null;
    }
    const [statusLine = '', ...lines] = this.#received.slice(0, end).split('\r\n');
    const headers = lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
    const [, status = '0'] = /^HTTP\/1\.1 (\d{3}) /.exec(statusLine) ?? [];
    const valueOf = (name: string): string | undefined => headers.find(([other]) => other === name)?.[1];
    const start = end + headEnd.length;
    if (valueOf('content-type')?.startsWith('text/event-stream') === true) {
      // It goes on for as long as somebody listens.
      return { status: Number(status), headers, body: '', isOpen: false };
    }
    const body = this.#bodyFrom(
      start,
      this.#isHead ? 0 : Number(valueOf('content-length') ?? '0'),
      !this.#isHead && valueOf('transfer-encoding') === 'chunked',
    );
    if (body === null) {
      return null;
    }
    return {
      status: Number(status),
      headers,
      body: body.text,
      isOpen: valueOf('connection') !== 'close' && this.#received.length === 0,
    };
  }

  /** Takes an answer's body off what was received; null while it is not whole. */
  #bodyFrom(start: number, length: number, isChunked: boolean): { readonly text: string } | null {
    const end = isChunked ? this.#received.indexOf('0\r\n\r\n', start) + 5 : start + length;
    if (!this.#isEnded && (this.#received.length < end || (isChunked && end < start + 5))) {
      return null;
    }
    const text = this.#received.slice(start, end);
    this.#received = this.#received.slice(end);
    return { text };
  }
}
