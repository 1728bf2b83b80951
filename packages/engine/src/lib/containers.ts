import type { EventView } from '../event.ts';
import type { Container, Thread } from '../state.ts';

/** Length of the ids that containers are looked up by. */
export const shortIdLength = 12;

const hostId = 'host';

/** What a process outside of containers is in: Falco keeps an entry for the host itself. */
export const hostContainer: Container = {
  id: hostId,
  fullId: hostId,
  name: hostId,
  type: 'host',
  image: '',
  imageId: '',
  imageRepository: '',
  imageTag: '',
  imageDigest: '',
  ip: '',
  cniJson: '',
  privileged: false,
  hostPid: false,
  hostNetwork: false,
  hostIpc: false,
  mounts: [],
  labels: new Map(),
  podSandboxId: '',
  podSandboxLabels: new Map(),
  healthcheckExe: '',
  healthcheckArgs: [],
  livenessExe: '',
  livenessArgs: [],
  readinessExe: '',
  readinessArgs: [],
  createdTs: 0n,
  sizeBytes: -1,
  user: '',
};

/**
 * The container that an event is about: the one that a container event names, otherwise the one of its thread.
 * Null when the thread is not known, or nothing but the id is known of its container.
 */
export function containerOf(event: EventView): Container | null {
  if (event.container !== null) {
    return event.container;
  }
  return event.thread === null ? null : containerWithId(event, event.thread.containerId);
}

/** The short id of that container, also where nothing else is known of it; null when the thread is not known. */
export function containerIdOf({ container, thread }: EventView): string | null {
  if (container !== null) {
    return container.id;
  }
  return thread === null ? null : shownId(thread);
}

/** The container that holds the pod's network and labels: the pod's sandbox, where that is a container of its own. */
export function sandboxOf(event: EventView, container: Container): Container | null {
  return containerWithId(event, container.podSandboxId.slice(0, shortIdLength));
}

function containerWithId({ state }: EventView, id: string): Container | null {
  return id === '' ? hostContainer : state.container(id);
}

function shownId({ containerId }: Thread): string {
  return containerId === '' ? hostId : containerId;
}
