import { containerWith } from '@lanner/sensor';
import type { ContainerDirectory } from '../session.ts';
import type { Bench } from './engine-bench.ts';
import { ruleText } from './programs.ts';

export const containerCgroup = [
  'cpu=/docker/0123456789ab0123456789ab0123456789ab0123456789ab0123456789ab0123',
];

/** It asks for what only the runtime of containers knows. */
export const inContainer = ruleText(
  'Inside',
  'evt.type = openat and container.id != host',
  'in %container.name by %proc.name',
);

/** A process in a container that opens a file, and then calls itself otherwise. */
export function actInContainer({ source }: Bench): void {
  const usage = [1024, 1, 2, 3, 4, 5];
  const params = [0, '/bin/child', ['a'], 50, 50, 1, '/', ...usage, 'child', containerCgroup];
  source.put('SYSCALL_CLONE_20_X', [...params, 0, 0, 0, 50, 50, 9], 50);
  source.put('SYSCALL_OPENAT_2_X', [3, -100, '/x', 1, 0, 5, 77], 50);
  const exec = [0, '/bin/later', [], 50, 50, 1, '/', ...usage, 'later', containerCgroup, ['A=b'], 0, 0, 0];
  source.put('SYSCALL_EXECVE_19_X', exec, 50);
}

/** It asks for the event by which a container becomes known. */
export const startedContainer = ruleText(
  'Started',
  'evt.type = container and container.image.repository = nginx',
  '%evt.type %container.name %proc.name',
);

/** A runtime that knows each container as `web`. */
export const callsItWeb: ContainerDirectory = {
  lookUp: ({ id }) => Promise.resolve(containerWith({ id, name: 'web' })),
  close: () => undefined,
};
