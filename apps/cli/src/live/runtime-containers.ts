import type { Log } from '@lanner/core';
import { RuntimeDirectory } from '@lanner/runtimes';
import { parseContainer } from '@lanner/sensor';
import type { ContainerDirectory } from './session.ts';

/**
 * The containers that the runtimes of this machine know, read from the same payload that captures have, so that live
 * fields are those of a replay.
 */
export function runtimeContainers(hostRoot: string, log: Log): ContainerDirectory {
  const runtimes = new RuntimeDirectory({ hostRoot, log, now: () => performance.now() });
  runtimes.watch();
  return {
    async lookUp(question) {
      const container = await runtimes.lookUp(question);
      return container === null ? null : parseContainer(JSON.stringify({ container })).container;
    },
    close() {
      runtimes.close();
    },
  };
}
