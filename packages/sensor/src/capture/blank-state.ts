import type { StateView } from '@lanner/engine';

/** The state of a system of which nothing is known, for views over events whose fields nobody asks for. */
export const blankState: StateView = {
  thread: () => null,
  user: () => null,
  group: () => null,
  container: () => null,
  hasContainerAddress: () => false,
  switchNs: 0,
  machine: { cpuCount: 0, memoryBytes: 0, hostname: '', bootTs: 0n },
  interfaces: [],
  firstTs: 0n,
  previousTs: 0n,
  hostname: '',
};
