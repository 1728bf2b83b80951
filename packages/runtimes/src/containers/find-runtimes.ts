import { readdirSync, statSync } from 'node:fs';
import { containerdRuntime } from '../containerd/client.ts';
import { criRuntime } from '../cri/client.ts';
import { dockerRuntime } from '../docker/client.ts';
import { GrpcClient } from '../grpc/client.ts';
import type { ContainerRuntime } from './description.ts';
import usualPaths from './sockets.json' with { type: 'json' };

/** Ways to ask at a socket, those first that know most of a container. RKE2 has the sockets of k3s. */
export const socketEngines = ['docker', 'podman', 'cri', 'containerd'] as const;

export type SocketEngine = (typeof socketEngines)[number];

/** Where each engine is asked; absent: at the usual places; empty: nowhere. */
export type EngineSockets = Readonly<Partial<Record<SocketEngine, readonly string[]>>>;

export interface FindOptions {
  /** Prefix of the host's files. */
  readonly hostRoot: string;
  readonly sockets: EngineSockets;
  /** Docker and Podman are to measure what a container has written, which takes them long. */
  readonly withSize: boolean;
}

/**
 * Finds the sockets of runtimes. `known` are those in use by the identity of their socket: they are kept, so that a
 * new daemon at the same place counts as another.
 */
export function findRuntimes(
  { hostRoot, sockets, withSize }: FindOptions,
  known: ReadonlyMap<string, readonly ContainerRuntime[]>,
): Map<string, readonly ContainerRuntime[]> {
  const found = new Map<string, readonly ContainerRuntime[]>();
  for (const [path, engines] of enginesByPath(hostRoot, sockets)) {
    const status = statSync(path, { throwIfNoEntry: false, bigint: true });
    const identity = status?.isSocket() === true ? `${status.dev}:${status.ino}` : null;
    if (identity !== null && !found.has(identity)) {
      found.set(identity, known.get(identity) ?? makeRuntimes(path, engines, withSize));
    }
  }
  return found;
}

function enginesByPath(hostRoot: string, sockets: EngineSockets): Map<string, SocketEngine[]> {
  const byPath = new Map<string, SocketEngine[]>();
  for (const engine of socketEngines) {
    for (const path of (sockets[engine] ?? usualPaths[engine]).flatMap((place) => expand(hostRoot + place))) {
      byPath.set(path, [...(byPath.get(path) ?? []), engine]);
    }
  }
  return byPath;
}

function makeRuntimes(
  path: string,
  engines: readonly SocketEngine[],
  withSize: boolean,
): readonly ContainerRuntime[] {
  // All services are behind one connection.
  const client = new GrpcClient(path);
  return engines.map((engine) => {
    switch (engine) {
      case 'docker':
      case 'podman':
        return dockerRuntime(path, engine, withSize);
      case 'cri':
        return criRuntime(client, criKind(path));
      case 'containerd':
        return containerdRuntime(client);
    }
  });
}

function criKind(path: string): 'crio' | 'containerd' | 'cri' {
  if (path.includes('crio')) {
    return 'crio';
  }
  return path.includes('containerd') ? 'containerd' : 'cri';
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
