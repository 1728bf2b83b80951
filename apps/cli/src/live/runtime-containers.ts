import type { Log } from '@lanner/core';
import type { Container } from '@lanner/engine';
import { type ContainerDescription, RuntimeDirectory } from '@lanner/runtimes';
import { parseContainer } from '@lanner/sensor';
import type { ContainerSettings } from '../detect/container-settings.ts';
import type { ContainerDirectory } from './session.ts';

/**
 * The containers that the runtimes of this machine know, read from the same payload that captures have, so that live
 * fields are those of a replay.
 */
export function runtimeContainers(
  hostRoot: string,
  { sockets, labelMaxLength, withSize, tellsRemoval }: ContainerSettings,
  log: Log,
): ContainerDirectory {
  const runtimes = new RuntimeDirectory({
    hostRoot,
    sockets,
    labelMaxLength,
    withSize,
    log,
    now: () => performance.now(),
  });
  return {
    async lookUp(question) {
      const container = await runtimes.lookUp(question);
      return container === null ? null : read(container);
    },
    figures: () => runtimes.figures,
    watch({ made, removed }) {
      runtimes.watch({
        made: (container) => {
          made(read(container));
        },
        ...(tellsRemoval && {
          removed: (container: ContainerDescription) => {
            removed(read(container));
          },
        }),
      });
    },
    close() {
      runtimes.close();
    },
  };
}

/** By way of the payload of events, as a replay reads it. */
function read(container: ContainerDescription): Container {
  return parseContainer(JSON.stringify({ container })).container;
}
