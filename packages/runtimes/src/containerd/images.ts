import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { AppError } from '@lanner/core';
import usualPaths from '../containers/sockets.json' with { type: 'json' };
import { GrpcClient } from '../grpc/client.ts';
import { askWithin } from '../grpc/runtime.ts';
import {
  messageOf,
  messagesOf,
  readMessage,
  textOf,
  type WireMessage,
  writeMessage,
} from '../protobuf/wire.ts';
import type { Descriptor } from '../registry/client.ts';
import type { StoredImage } from './disk.ts';
import { namespacesOf, within } from './namespaces.ts';

/** Where containerd and those that bring it listen. */
export const containerdSockets: readonly string[] = usualPaths.containerd;

const patienceMs = 10_000;
/** Between two pieces of a blob. */
const idleMs = 30_000;

/** Images and content of a containerd, over its own API: what can be had where its files cannot be read. */
export class ContainerdImages {
  readonly #client: GrpcClient;

  constructor(socketPath: string) {
    this.#client = new GrpcClient(socketPath);
  }

  /** Images that are called, or whose manifest or index is, as one of these. Throws AppError 'runtime.*'. */
  async find(names: readonly string[]): Promise<readonly StoredImage[]> {
    const ask = askWithin(this.#client, patienceMs);
    const found: StoredImage[] = [];
    const filters = names.map((name): [number, string] => [
      1,
      `${name.startsWith('sha256:') ? 'target.digest' : 'name'}==${JSON.stringify(name)}`,
    ]);
    for (const namespace of await namespacesOf(ask)) {
      const path = '/containerd.services.images.v1.Images/List';
      const answer = await ask(path, writeMessage(filters), within(namespace));
      found.push(...imagesOf(answer).map((image) => storedImage(namespace, image)));
    }
    return found;
  }

  /**
   * Content by its descriptor, in pieces, verified when it ends. Throws AppError 'runtime.*', also when it is not there,
   * and 'artifact.parse' when it is other content.
   */
  async *chunks(
    namespace: string,
    { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
  ): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    let length = 0;
    for await (const message of this.#read(namespace, digest)) {
      const [data] = readMessage(message).get(2) ?? [];
      if (Buffer.isBuffer(data)) {
        length += data.length;
        if (length > size) {
          throw new AppError('artifact.parse', `the content ${digest} has more than ${size} bytes`);
        }
        hash.update(data);
        yield data;
      }
    }
    if (`sha256:${hash.digest('hex')}` !== digest) {
      throw new AppError('artifact.parse', `the content ${digest} is other than its digest says`);
    }
  }

  /** A small content of a size that is not known. Throws as `chunks`. */
  async content(namespace: string, digest: string, maxBytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.chunks(namespace, { digest, size: maxBytes })) {
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  close(): void {
    this.#client.close();
  }

  #read(namespace: string, digest: string): AsyncGenerator<Buffer> {
    return this.#client.messages({
      path: '/containerd.services.content.v1.Content/Read',
      message: writeMessage([[1, digest]]),
      headers: within(namespace),
      idleMs,
    });
  }
}

function imagesOf(answer: WireMessage | null): readonly WireMessage[] {
  return answer === null ? [] : messagesOf(answer, 1);
}

function storedImage(namespace: string, image: WireMessage): StoredImage {
  return { namespace, name: textOf(image, 1), digest: textOf(messageOf(image, 3), 2) };
}
