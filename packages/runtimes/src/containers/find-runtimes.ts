import { readdirSync, statSync } from 'node:fs';
import { containerdRuntime } from '../containerd/client.ts';
import { criRuntime } from '../cri/client.ts';
import { dockerRuntime } from '../docker/client.ts';
import { GrpcClient } from '../grpc/client.ts';
import type { ContainerRuntime } from './description.ts';
import paths from './sockets.json' with { type: 'json' };

/** Kinds of sockets, those first that know most of a container. RKE2 has the sockets of k3s. */
const kinds: readonly { paths: readonly string[]; make: (path: string) => readonly ContainerRuntime[] }[] = [
  { paths: paths.docker, make: (path) => [dockerRuntime(path, 'docker')] },
  { paths: paths.podman, make: (path) => [dockerRuntime(path, 'podman')] },
  { paths: paths.crio, make: (path) => [criRuntime(new GrpcClient(path), 'crio')] },
  { paths: paths.cri, make: (path) => [criRuntime(new GrpcClient(path), 'cri')] },
  {
    paths: paths.containerd,
    make(path) {
      // Both services are behind one socket.
      const client = new GrpcClient(path);
      return [criRuntime(client, 'containerd'), containerdRuntime(client)];
    },
  },
];

/**
 * Finds the sockets of runtimes below `hostRoot`, '' on the host. `known` are those in use by the identity of their
 * socket: they are kept, so that a new daemon at the same place counts as another.
 */
export function findRuntimes(
  hostRoot: string,
  known: ReadonlyMap<string, readonly ContainerRuntime[]>,
): Map<string, readonly ContainerRuntime[]> {
  const found = new Map<string, readonly ContainerRuntime[]>();
  for (const kind of kinds) {
    for (const path of kind.paths.flatMap((place) => expand(`${hostRoot}${place}`))) {
      const status = statSync(path, { throwIfNoEntry: false, bigint: true });
      const identity = status?.isSocket() === true ? `${status.dev}:${status.ino}` : null;
      if (identity !== null && !found.has(identity)) {
        found.set(identity, known.get(identity) ?? kind.make(path));
      }
    }
  }
  return found;
}

/** Users beyond these are not looked at. */
const maxUsers = 256;

/** A path in which `*` stands for every entry of a folder: each user has a Podman of their own. */
function expand(path: string): readonly string[] {
  const [folder = '', rest] = path.split('/*');
  if (rest === undefined) {
    return [path];
  }
  try {
    return readdirSync(folder)
      .slice(0, maxUsers)
      .map((name) => `${folder}/${name}${rest}`);
  } catch {
    // Nobody has logged in.
    return [];
  }
}
