import {
  type ContainerDescription,
  describeContainer,
  type MountDescription,
  type ProbeDescription,
} from '../containers/description.ts';
import { below, type JsonObject, listOf, stringMapOf, stringOf, stringsOf } from '../containers/json.ts';

/** What inspecting a container and its image gives; also Docker's own files, which have the same names. */
export function describeDocker(container: JsonObject, image: JsonObject, type: number): ContainerDescription {
  const { Config: config, HostConfig: host, NetworkSettings: network, SizeRw: size } = container;
  const imageId = stringOf(container['Image']);
  const named = stringOf(below(config, 'Image'));
  const isId = named === '' || imageId.replace(/^sha256:/, '').startsWith(named.replace(/^sha256:/, ''));
  const name = isId ? (stringsOf(image['RepoTags'])[0] ?? named) : named;
  const healthcheck = toProbe(stringsOf(below(config, 'Healthcheck', 'Test')));
  return describeContainer({
    full_id: stringOf(container['Id']),
    type,
    name: stringOf(container['Name']).replace(/^\//, ''),
    image: name,
    imageid: imageId.replace(/^sha256:/, ''),
    imagedigest: digestOf(name, stringsOf(image['RepoDigests'])),
    ip: stringOf(below(network, 'IPAddress')),
    privileged: below(host, 'Privileged') === true,
    host_pid: below(host, 'PidMode') === 'host',
    host_network: below(host, 'NetworkMode') === 'host',
    host_ipc: below(host, 'IpcMode') === 'host',
    Mounts: listOf(container['Mounts']).map(toMount),
    labels: stringMapOf(below(config, 'Labels')),
    env: stringsOf(below(config, 'Env')),
    size: typeof size === 'number' ? size : -1,
    created_time: Math.trunc(Date.parse(stringOf(container['Created'])) / 1000) || 0,
    User: stringOf(below(config, 'User')),
    ...(healthcheck === null ? {} : { Healthcheck: healthcheck }),
  });
}

function toMount(mount: unknown): MountDescription {
  return {
    Source: stringOf(below(mount, 'Source')),
    Destination: stringOf(below(mount, 'Destination')),
    Mode: stringOf(below(mount, 'Mode')),
    RW: below(mount, 'RW') === true,
    Propagation: stringOf(below(mount, 'Propagation')),
  };
}

function toProbe([form, exe = '', ...args]: readonly string[]): ProbeDescription | null {
  switch (form) {
    case 'CMD':
      return { exe, args };
    case 'CMD-SHELL':
      return { exe: '/bin/sh', args: ['-c', exe] };
    default:
      return null;
  }
}

/** Of the digests of an image in several repositories the one in the repository that was named; else the first. */
function digestOf(image: string, digests: readonly string[]): string {
  const colon = image.lastIndexOf(':');
  const repository = colon > image.lastIndexOf('/') ? image.slice(0, colon) : image;
  const found = digests.find((digest) => digest.startsWith(`${repository}@`)) ?? digests[0] ?? '';
  return found.slice(found.indexOf('@') + 1);
}
