/** Numbers of the kinds of containers in events. */
export const containerTypes = { docker: 0, cri: 6, containerd: 7, crio: 8, podman: 11 } as const;

export interface MountDescription {
  readonly Source: string;
  readonly Destination: string;
  readonly Mode: string;
  readonly RW: boolean;
  readonly Propagation: string;
}

export interface ProbeDescription {
  readonly exe: string;
  readonly args: readonly string[];
}

/** A container as the payload of `container` events says it, under their key `container`. */
export interface ContainerDescription {
  /** The first 12 characters of `full_id`. */
  readonly id: string;
  readonly full_id: string;
  readonly name: string;
  readonly type: number;
  readonly image: string;
  readonly imageid: string;
  readonly imagerepo: string;
  readonly imagetag: string;
  readonly imagedigest: string;
  readonly ip: string;
  readonly privileged: boolean;
  readonly host_pid: boolean;
  readonly host_network: boolean;
  readonly host_ipc: boolean;
  readonly is_pod_sandbox: boolean;
  readonly Mounts: readonly MountDescription[];
  readonly labels: Readonly<Record<string, string>>;
  readonly env: readonly string[];
  readonly cni_json: string;
  readonly pod_sandbox_id: string;
  readonly pod_sandbox_labels: Readonly<Record<string, string>>;
  /** Seconds since 1970. */
  readonly created_time: number;
  readonly size: number;
  readonly User: string;
  readonly Healthcheck?: ProbeDescription;
}

export interface ContainerQuestion {
  /** As events have it: at most 12 characters. */
  readonly id: string;
  /** The control group, which often has the whole id. */
  readonly cgroup: string;
}

/** Who is told of containers without asking. */
export interface ContainerWatcher {
  /** A container has been made; its first process does not run yet. */
  readonly made: (container: ContainerDescription) => void;
  /** A container has been removed, of which little more than the id may be said. Absent when nobody wants to know. */
  readonly removed?: (container: ContainerDescription) => void;
}

/** Somebody who knows containers. */
export interface ContainerRuntime {
  /** Which socket it is, for messages. */
  readonly name: string;
  /**
   * What is known of a container; null when it is not one of this runtime's. Rejects with AppError
   * 'runtime.unreachable' or 'runtime.answer', after `timeoutMs` at the latest.
   */
  readonly lookUp: (question: ContainerQuestion, timeoutMs: number) => Promise<ContainerDescription | null>;
  /**
   * Tells of containers as they are made, and removed. Resolves when the runtime ends it, rejects as `lookUp` does.
   * Absent for a runtime that cannot, or that would be kept from its sleep by it.
   */
  readonly watch?: (watcher: ContainerWatcher) => Promise<void>;
  readonly close: () => void;
}

const shortIdLength = 12;

const nothing: Omit<ContainerDescription, 'id' | 'full_id' | 'type'> = {
  name: '',
  image: '',
  imageid: '',
  imagerepo: '',
  imagetag: '',
  imagedigest: '',
  ip: '',
  privileged: false,
  host_pid: false,
  host_network: false,
  host_ipc: false,
  is_pod_sandbox: false,
  Mounts: [],
  labels: {},
  env: [],
  cni_json: '',
  pod_sandbox_id: '',
  pod_sandbox_labels: {},
  created_time: 0,
  size: -1,
  User: '',
};

/** Completes what a runtime knows by what follows from it and by defaults. */
export function describeContainer(
  known: Partial<ContainerDescription> & Pick<ContainerDescription, 'full_id' | 'type'>,
): ContainerDescription {
  const { repository, tag } = splitImage(known.image ?? '');
  return {
    ...nothing,
    imagerepo: repository,
    imagetag: tag,
    ...known,
    id: known.full_id.slice(0, shortIdLength),
  };
}

/** Without labels that are longer than so many characters, which Falco leaves out. */
export function withShortLabels(container: ContainerDescription, maxLength: number): ContainerDescription {
  const short = (labels: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(labels).filter(([, value]) => value.length <= maxLength));
  return {
    ...container,
    labels: short(container.labels),
    pod_sandbox_labels: short(container.pod_sandbox_labels),
  };
}

/** `registry:5000/a/b:tag@sha256:…` without its digest, and what is behind the last colon of the last component. */
function splitImage(image: string): { repository: string; tag: string } {
  const [name = ''] = image.split('@', 1);
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/')
    ? { repository: name.slice(0, colon), tag: name.slice(colon + 1) }
    : { repository: name, tag: '' };
}

/** The whole id, when the control group has it; else what is known of it. */
export function fullIdOf({ id, cgroup }: ContainerQuestion): string {
  const found = cgroup.match(/[0-9a-f]{64}/gi)?.findLast((candidate) => candidate.startsWith(id));
  if (found !== undefined) {
    return found;
  }
  // Ids of any form are the last component of containerd's groups.
  const last = cgroup.slice(cgroup.lastIndexOf('/') + 1);
  return last.startsWith(id) && id !== '' ? last : id;
}
