import type { OpenDestination } from '@lanner/hub';
import { afterAll, describe, test } from 'vitest';
import { openDestination } from './open-destination.ts';
import { missingPrograms, RealServers } from './real-server.ts';

/** Real servers and the destinations that were opened on them; both end with the test file. */
export function destinationServers(): {
  readonly servers: RealServers;
  readonly open: typeof openDestination;
} {
  const servers = new RealServers();
  const opened: OpenDestination[] = [];
  afterAll(async () => {
    await Promise.all(opened.map((destination) => destination.close()));
    await servers.close();
  }, 20_000);
  return {
    servers,
    async open(...args) {
      const destination = await openDestination(...args);
      opened.push(destination);
      return destination;
    },
  };
}

/** Tests that need programs of Debian: skipped, and named, where one is absent. */
export function realServer(name: string, programs: readonly string[], body: () => void): void {
  const absent = missingPrograms(...programs);
  if (absent.length > 0) {
    test.skip(`${name} (needs ${absent.join(' and ')}, absent here)`, () => undefined);
  } else {
    describe(name, body);
  }
}
