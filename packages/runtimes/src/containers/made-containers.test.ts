import { AppError, silentLog } from '@lanner/core';
import { expect, test } from 'vitest';
import {
  type ContainerDescription,
  type ContainerRuntime,
  containerTypes,
  describeContainer,
} from './description.ts';
import { MadeContainers } from './made-containers.ts';

interface Teller extends ContainerRuntime {
  tell: (container: ContainerDescription) => void;
  end: (error?: Error) => void;
  watches: number;
}

function teller(): Teller {
  const runtime: Teller = {
    name: 'teller',
    watches: 0,
    tell: () => undefined,
    end: () => undefined,
    lookUp: () => Promise.resolve(null),
    close: () => undefined,
    watch({ made }) {
      runtime.watches++;
      runtime.tell = made;
      return new Promise((resolve, reject) => {
        runtime.end = (error) => {
          if (error === undefined) {
            resolve();
          } else {
            reject(error);
          }
        };
      });
    },
  };
  return runtime;
}

function container(id: string): ContainerDescription {
  return describeContainer({ full_id: id, type: containerTypes.docker });
}

test('what was told of a container is known for a minute', () => {
  let nowMs = 0;
  const runtime = teller();
  const made = new MadeContainers(
    silentLog,
    () => nowMs,
    () => undefined,
  );
  made.watch([runtime]);
  runtime.tell(container('a'.repeat(64)));
  expect(made.get('a'.repeat(12))?.full_id).toBe('a'.repeat(64));
  nowMs = 60_001;
  expect(made.get('a'.repeat(12))).toBeNull();
  made.watch([runtime]);
  expect(made.size).toBe(0);
});

test('a runtime is listened to once, and again after it has gone', async () => {
  const runtime = teller();
  const made = new MadeContainers(
    silentLog,
    () => 0,
    () => undefined,
  );
  made.watch([runtime]);
  made.watch([runtime]);
  expect(runtime.watches).toBe(1);
  runtime.end(new AppError('runtime.unreachable', 'gone'));
  await Promise.resolve();
  await Promise.resolve();
  made.watch([runtime]);
  expect(runtime.watches).toBe(2);
});

test('it is bounded, gives up the oldest, and counts them', () => {
  const runtime = teller();
  const told: string[] = [];
  const made = new MadeContainers(
    silentLog,
    () => 0,
    ({ id }) => told.push(id),
  );
  made.watch([runtime]);
  for (let number = 0; number < 2050; number++) {
    runtime.tell(container(`c${number}`));
  }
  expect([made.size, made.evictions, told.length]).toEqual([2048, 2, 2050]);
  expect(made.get('c1')).toBeNull();
  expect(made.get('c2')).not.toBeNull();
});
