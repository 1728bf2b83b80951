import { Buffer } from 'node:buffer';
import type { Container } from '@lanner/engine';
import { encodeEvent } from '../capture/encode-event.ts';
import { eventAt } from '../capture/format.ts';
import { containerTypes } from './container-json.ts';

/** Events beside a source's own, of no plugin, are of system calls. */
const ofSystemCalls = 0;

/** That something is known of a container, or that it has been removed. */
export type ContainerEventName = 'container' | 'container_removed';

/**
 * The event by which a capture says what is known of a container, as Falco's container plugin writes it: a replay
 * takes it in with `parseContainer`, Falco with that plugin. `ts`: ns since 1970.
 */
export function containerEvent(
  container: Container,
  ts: bigint,
  name: ContainerEventName = 'container',
): Uint8Array {
  const json = Buffer.from(JSON.stringify({ container: containerObject(container) }), 'utf8');
  const event = encodeEvent('ASYNCEVENT_E', [ofSystemCalls, name, `${json.toString('latin1')}\0`]);
  new DataView(event.buffer, event.byteOffset).setBigUint64(eventAt.ts, ts, true);
  return event;
}

function containerObject(container: Container): Record<string, unknown> {
  return {
    id: text(container.id),
    full_id: text(container.fullId),
    name: text(container.name),
    ...typeOf(container),
    image: text(container.image),
    imageid: text(container.imageId),
    imagerepo: text(container.imageRepository),
    imagetag: text(container.imageTag),
    imagedigest: text(container.imageDigest),
    ip: text(container.ip),
    cni_json: text(container.cniJson),
    privileged: container.privileged,
    host_pid: container.hostPid,
    host_network: container.hostNetwork,
    host_ipc: container.hostIpc,
    Mounts: container.mounts.map((mount) => ({
      Source: text(mount.source),
      Destination: text(mount.destination),
      Mode: text(mount.mode),
      RW: mount.writable,
      Propagation: text(mount.propagation),
    })),
    labels: labelsObject(container.labels),
    pod_sandbox_id: text(container.podSandboxId),
    pod_sandbox_labels: labelsObject(container.podSandboxLabels),
    ...probe('Healthcheck', container.healthcheckExe, container.healthcheckArgs),
    ...probe('LivenessProbe', container.livenessExe, container.livenessArgs),
    ...probe('ReadinessProbe', container.readinessExe, container.readinessArgs),
    created_time: Number(container.createdTs / 1_000_000_000n),
    size: container.sizeBytes,
    User: text(container.user),
  };
}

function typeOf({ type }: Container): { type?: number } {
  const entry = containerTypes.find(([, name]) => name === type);
  return entry === undefined ? {} : { type: entry[0] };
}

function probe(name: string, exe: string, args: readonly string[]): Record<string, unknown> {
  return exe === '' ? {} : { [name]: { exe: text(exe), args: args.map(text) } };
}

function labelsObject(labels: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...labels].map(([name, label]) => [text(name), text(label)]));
}

/** Texts of the state are byte strings; JSON is UTF-8, so that what is not becomes U+FFFD. */
function text(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
