import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FalcoEvent } from '@lanner/api';
import { markOf } from './marked-alerts.ts';

/** What a receiver does with what comes: takes it, answers 503, or is not there at all. */
export const receiverStates = ['up', 'refusing', 'gone'] as const;
export type ReceiverState = (typeof receiverStates)[number];

/** A receiver of alerts on loopback that is down at times, and remembers the marks of what it took in their order. */
export class LimpingReceiver {
  readonly marks: string[] = [];
  readonly #server: Server;
  #port = 0;
  #state: ReceiverState = 'up';

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const isUp = this.#state === 'up';
        if (isUp) {
          // What a destination sends is an event.
          this.marks.push(
            markOf(JSON.parse(Buffer.concat(chunks).toString()) as Pick<FalcoEvent, 'output_fields'>),
          );
        }
        response.writeHead(isUp ? 200 : 503).end();
      });
    });
  }

  static async start(): Promise<LimpingReceiver> {
    const receiver = new LimpingReceiver();
    await receiver.#listen();
    receiver.#port = (receiver.#server.address() as AddressInfo).port;
    return receiver;
  }

  /** On loopback; it stays the same. */
  get port(): number {
    return this.#port;
  }

  async become(state: ReceiverState): Promise<void> {
    if (state === 'gone' && this.#server.listening) {
      await this.close();
    } else if (state !== 'gone' && !this.#server.listening) {
      await this.#listen();
    }
    this.#state = state;
  }

  async close(): Promise<void> {
    if (this.#server.listening) {
      await new Promise((resolve) => {
        this.#server.close(resolve);
        this.#server.closeAllConnections();
      });
    }
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }
}
