import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describeDocker } from '../docker/describe.ts';
import { describeAnnotations } from './annotations.ts';
import type { EngineSockets, SocketEngine } from './find-runtimes.ts';
import {
  type ContainerDescription,
  type ContainerQuestion,
  type ContainerRuntime,
  containerTypes,
  describeContainer,
  fullIdOf,
} from './description.ts';
import {
  below,
  type JsonObject,
  listOf,
  objectOf,
  parseJson,
  stringMapOf,
  stringOf,
  stringsOf,
} from './json.ts';
import { maxAnswerBytes } from './limits.ts';
import { describeSpec } from './oci-spec.ts';
import folders from './state-folders.json' with { type: 'json' };

const maxNamespaces = 64;

/**
 * What runtimes have written down of a container that runs: it is there before its first process, and answers where
 * the runtime itself is too slow, or hangs. It is less than the runtime could say.
 */
export function runtimeFiles(hostRoot: string, sockets: EngineSockets): ContainerRuntime {
  // Whose sockets are not to be used is not to be known of.
  const isUsed = (...engines: readonly SocketEngine[]): boolean =>
    engines.some((engine) => sockets[engine]?.length !== 0);
  return {
    name: 'files of container runtimes',
    async lookUp(question) {
      const id = fullIdOf(question);
      // It becomes a part of paths.
      if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(id)) {
        return null;
      }
      return (
        (isUsed('docker') ? await fromDocker(hostRoot, id) : null) ??
        (isUsed('cri', 'containerd') ? await fromContainerd(hostRoot, id, question) : null) ??
        (isUsed('podman', 'cri') ? await fromStorage(hostRoot, id) : null)
      );
    },
    close: () => undefined,
  };
}

async function fromDocker(hostRoot: string, id: string): Promise<ContainerDescription | null> {
  for (const root of folders.docker) {
    const folder = join(hostRoot, root, 'containers', id);
    const container = await readJson(join(folder, 'config.v2.json'));
    if (container !== null) {
      const host = await readJson(join(folder, 'hostconfig.json'));
      const { MountPoints: mounts } = container;
      const inspected = {
        ...container,
        Id: container['ID'],
        HostConfig: host ?? {},
        Mounts: Object.values(objectOf(mounts)),
      };
      return describeDocker(inspected, {}, containerTypes.docker);
    }
  }
  return null;
}

async function fromContainerd(
  hostRoot: string,
  id: string,
  { cgroup }: ContainerQuestion,
): Promise<ContainerDescription | null> {
  for (const root of folders.containerd.map((place) => join(hostRoot, place))) {
    const components = cgroup.split('/');
    const namespaces = (await names(root))
      .sort((a, b) => Number(components.includes(b)) - Number(components.includes(a)))
      .slice(0, maxNamespaces);
    for (const namespace of namespaces) {
      const spec = await readJson(join(root, namespace, id, 'config.json'));
      if (spec !== null) {
        return describeBundle(spec, id, containerTypes.containerd);
      }
    }
  }
  return null;
}

/** Podman and CRI-O have the same storage. */
async function fromStorage(hostRoot: string, id: string): Promise<ContainerDescription | null> {
  for (const root of folders.storage.map((place) => join(hostRoot, place))) {
    const spec = await readJson(join(root, id, 'userdata/config.json'));
    if (spec !== null) {
      const isCrio = Object.keys(objectOf(spec['annotations'])).some((name) =>
        name.startsWith('io.kubernetes.cri-o.'),
      );
      const type = isCrio ? containerTypes.crio : containerTypes.podman;
      return describeBundle(spec, id, type, await storedOf(hostRoot, id));
    }
  }
  return null;
}

/** What the index of the storage says of a container. */
async function storedOf(hostRoot: string, id: string): Promise<Partial<ContainerDescription>> {
  for (const root of folders.storage.map((place) => join(hostRoot, place))) {
    const found = listOf(await readAny(join(root, 'containers.json'))).find(
      (container) => below(container, 'id') === id,
    );
    if (found !== undefined) {
      const metadata = stringOf(below(found, 'metadata'));
      const image = metadata === '' ? '' : stringOf(parseJson(metadata)['image-name']);
      const [name] = stringsOf(below(found, 'names'));
      return {
        imageid: stringOf(below(found, 'image')),
        ...(image === '' ? {} : { image }),
        ...(name === undefined ? {} : { name }),
      };
    }
  }
  return {};
}

function describeBundle(
  spec: JsonObject,
  id: string,
  type: number,
  stored: Partial<ContainerDescription> = {},
): ContainerDescription {
  return describeContainer({
    name: id,
    ...stored,
    ...describeSpec(spec),
    ...describeAnnotations(stringMapOf(spec['annotations'])),
    full_id: id,
    type,
  });
}

async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    // This runtime is not here.
    return [];
  }
}

async function readJson(path: string): Promise<JsonObject | null> {
  const found = await readAny(path);
  return found === null ? null : objectOf(found);
}

/** null when there is no such file, or it is being written. */
async function readAny(path: string): Promise<unknown> {
  try {
    const { size } = await stat(path);
    return size > maxAnswerBytes ? null : JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}
