import type { Buffer } from 'node:buffer';
import type { ContainerDescription, ContainerQuestion, ContainerRuntime } from '../containers/description.ts';
import { readMessage, type WireMessage } from '../protobuf/wire.ts';
import type { GrpcClient } from './client.ts';

/** Asks one method; null when the runtime does not have what is asked for. */
export type Ask = (
  path: string,
  message: Buffer,
  headers?: Readonly<Record<string, string>>,
) => Promise<WireMessage | null>;

/** Questions that have to be answered within so long, all of them together. */
export function askWithin(client: GrpcClient, timeoutMs: number): Ask {
  const untilMs = performance.now() + timeoutMs;
  return async (path, message, headers = {}) => {
    const restMs = Math.max(1, Math.ceil(untilMs - performance.now()));
    const answer = await client.call({ path, message, headers, timeoutMs: restMs });
    return answer === null ? null : readMessage(answer);
  };
}

/** A runtime that is asked over gRPC. */
export function grpcRuntime(
  name: string,
  client: GrpcClient,
  lookUp: (question: ContainerQuestion, ask: Ask) => Promise<ContainerDescription | null>,
): ContainerRuntime {
  return {
    name,
    lookUp: (question, timeoutMs) => lookUp(question, askWithin(client, timeoutMs)),
    close() {
      client.close();
    },
  };
}
