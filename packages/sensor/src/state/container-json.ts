import { Buffer } from 'node:buffer';
import { AppError } from '@lanner/core';
import type { Container, ContainerMount } from '@lanner/engine';

/** The kinds of containers: their numbers in events, and their names. */
export const containerTypes: readonly (readonly [number, string])[] = [
  [0, 'docker'],
  [1, 'lxc'],
  [2, 'libvirt-lxc'],
  [3, 'mesos'],
  [4, 'rkt'],
  [6, 'cri'],
  [7, 'containerd'],
  [8, 'cri-o'],
  [9, 'bpm'],
  [11, 'podman'],
  [0xfffe, 'host'],
];
const typeNames: ReadonlyMap<unknown, string> = new Map(containerTypes);

type JsonObject = Readonly<Record<string, unknown>>;

/** A container's metadata beside its `is_pod_sandbox` mark, which only the count of missing images needs. */
export interface ContainerRecord {
  readonly container: Container;
  readonly isPodSandbox: boolean;
}

/**
 * Reads the payload of a container event: an object with the key `container`. What is missing, or of another type
 * than expected, has its default. Throws AppError 'capture.format' when there is no container in it.
 */
export function parseContainer(json: string): ContainerRecord {
  const container = containerOf(json);
  return {
    isPodSandbox: container.is_pod_sandbox === true,
    container: {
      id: text(container.id),
      fullId: text(container.full_id),
      name: text(container.name),
      type: typeNames.get(container.type) ?? '',
      image: text(container.image),
      imageId: text(container.imageid),
      imageRepository: text(container.imagerepo),
      imageTag: text(container.imagetag),
      imageDigest: text(container.imagedigest),
      ip: text(container.ip),
      cniJson: text(container.cni_json),
      privileged: container.privileged === true,
      hostPid: container.host_pid === true,
      hostNetwork: container.host_network === true,
      hostIpc: container.host_ipc === true,
      mounts: list(container.Mounts).map(toMount),
      labels: toLabels(container.labels),
      podSandboxId: text(container.pod_sandbox_id),
      podSandboxLabels: toLabels(container.pod_sandbox_labels),
      healthcheckExe: text(object(container.Healthcheck).exe),
      healthcheckArgs: list(object(container.Healthcheck).args).map(text),
      livenessExe: text(object(container.LivenessProbe).exe),
      livenessArgs: list(object(container.LivenessProbe).args).map(text),
      readinessExe: text(object(container.ReadinessProbe).exe),
      readinessArgs: list(object(container.ReadinessProbe).args).map(text),
      createdTs: BigInt(Math.trunc(number(container.created_time, 0))) * 1_000_000_000n,
      sizeBytes: number(container.size, -1),
      user: text(container.User),
    },
  };
}

function containerOf(json: string): JsonObject {
  try {
    const { container } = object(JSON.parse(json));
    if (typeof container === 'object' && container !== null) {
      return object(container);
    }
  } catch (error) {
    throw new AppError('capture.format', 'The payload of a container event is not JSON', { cause: error });
  }
  throw new AppError('capture.format', 'A container event has no container in it');
}

function toMount(value: unknown): ContainerMount {
  const mount = object(value);
  return {
    source: text(mount.Source),
    destination: text(mount.Destination),
    mode: text(mount.Mode),
    writable: mount.RW === true,
    propagation: text(mount.Propagation),
  };
}

// In the order of their names, as Falco keeps and prints them.
function toLabels(value: unknown): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(object(value))
      .map(([name, label]): [string, string] => [byteString(name), text(label)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function object(value: unknown): JsonObject {
  // Any object may be read by key; what is found is checked where it is used.
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function number(value: unknown, absent: number): number {
  return typeof value === 'number' ? value : absent;
}

function text(value: unknown): string {
  return typeof value === 'string' ? byteString(value) : '';
}

/** JSON is UTF-8; texts of the state are byte strings. */
function byteString(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}

const empty: ContainerRecord = parseContainer('{"container":{}}');

/** A container of which only some properties are known. */
export function containerWith(properties: Partial<Container>): Container {
  return { ...empty.container, ...properties };
}
