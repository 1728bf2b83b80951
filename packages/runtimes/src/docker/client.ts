import {
  type ContainerDescription,
  type ContainerRuntime,
  type ContainerWatcher,
  containerTypes,
  describeContainer,
  fullIdOf,
} from '../containers/description.ts';
import { below, parseJson, stringOf } from '../containers/json.ts';
import { describeDocker } from './describe.ts';
import { type EnginePatience, EngineSocket } from './engine-socket.ts';

/** What Docker calls that a container has been removed. */
const removal = 'destroy';
/** For what is told about without being asked. */
const patienceMs = 800;

/** The Engine API of Docker, which Podman has too. */
export function dockerRuntime(
  socketPath: string,
  kind: 'docker' | 'podman',
  withSize = false,
): ContainerRuntime {
  const socket = new EngineSocket(socketPath);
  const type = containerTypes[kind];
  const query = withSize ? '?size=1' : '';
  return {
    name: `${kind} at ${socketPath}`,
    lookUp: (question, timeoutMs) =>
      inspect(socket, fullIdOf(question), query, type, { signal: AbortSignal.timeout(timeoutMs) }),
    // Podman's service ends when nobody asks it, and the next question starts it: it is not kept from that.
    ...(kind === 'docker' ? { watch: (watcher) => watch(socket, type, watcher) } : {}),
    close() {
      socket.close();
    },
  };
}

async function inspect(
  socket: EngineSocket,
  id: string,
  query: string,
  type: number,
  patience: EnginePatience,
): Promise<ContainerDescription | null> {
  const container = await socket.getJson(`/containers/${encodeURIComponent(id)}/json${query}`, patience);
  if (container === null) {
    return null;
  }
  const imageId = stringOf(container['Image']);
  const image =
    imageId === '' ? null : await socket.getJson(`/images/${encodeURIComponent(imageId)}/json`, patience);
  return describeDocker(container, image ?? {}, type);
}

async function watch(socket: EngineSocket, type: number, { made, removed }: ContainerWatcher): Promise<void> {
  const events = removed === undefined ? ['create'] : ['create', removal];
  const filters = JSON.stringify({ type: ['container'], event: events });
  await socket.follow(`/events?filters=${encodeURIComponent(filters)}`, (line) => {
    const event = parseJson(line);
    const id = stringOf(below(event, 'Actor', 'ID'));
    if (stringOf(event['Action']) === removal) {
      const image = stringOf(below(event, 'Actor', 'Attributes', 'image'));
      removed?.(describeContainer({ full_id: id, type, image }));
      return;
    }
    inspect(socket, id, '', type, { signal: AbortSignal.timeout(patienceMs) })
      .then((container) => {
        if (container !== null) {
          made(container);
        }
      })
      // It will be asked for, and its failure told, when one of its processes is seen.
      .catch(() => undefined);
  });
}
