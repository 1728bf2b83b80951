import type { ContainerDescription, MountDescription } from './description.ts';
import { below, type JsonObject, listOf, stringOf, stringsOf } from './json.ts';

/** What the configuration that runc got says of a container. */
export function describeSpec(
  spec: JsonObject,
): Pick<
  ContainerDescription,
  'Mounts' | 'env' | 'privileged' | 'host_pid' | 'host_network' | 'host_ipc' | 'User'
> {
  const namespaces = listOf(below(spec, 'linux', 'namespaces')).map((entry) =>
    stringOf(below(entry, 'type')),
  );
  const sharesHost = (type: string): boolean => namespaces.length > 0 && !namespaces.includes(type);
  const user = below(spec, 'process', 'user');
  const uid = below(user, 'uid');
  return {
    Mounts: listOf(spec['mounts']).filter(isBind).map(toMount),
    env: stringsOf(below(spec, 'process', 'env')),
    privileged: isPrivileged(spec),
    host_pid: sharesHost('pid'),
    host_network: sharesHost('network'),
    host_ipc: sharesHost('ipc'),
    User: stringOf(below(user, 'username')) || (typeof uid === 'number' ? String(uid) : ''),
  };
}

/** Nothing says so; what `--privileged` does is there to see. */
function isPrivileged(spec: JsonObject): boolean {
  const hides = (key: string): boolean => listOf(below(spec, 'linux', key)).length > 0;
  return (
    stringsOf(below(spec, 'process', 'capabilities', 'bounding')).includes('CAP_SYS_ADMIN') &&
    !hides('maskedPaths') &&
    !hides('readonlyPaths')
  );
}

function isBind(mount: unknown): boolean {
  const options = stringsOf(below(mount, 'options'));
  return below(mount, 'type') === 'bind' || options.includes('bind') || options.includes('rbind');
}

const propagations = ['rprivate', 'private', 'rslave', 'slave', 'rshared', 'shared'];

function toMount(mount: unknown): MountDescription {
  const options = stringsOf(below(mount, 'options'));
  return {
    Source: stringOf(below(mount, 'source')),
    Destination: stringOf(below(mount, 'destination')),
    Mode: '',
    RW: !options.includes('ro'),
    Propagation: options.find((option) => propagations.includes(option)) ?? '',
  };
}
