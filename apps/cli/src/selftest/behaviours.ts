import type { Behaviour } from './behaviour.ts';
import { fileBehaviours } from './files.ts';
import { kernelBehaviours } from './kernel.ts';
import { networkBehaviours } from './network.ts';
import { processBehaviours } from './processes.ts';

/** All that the self-test does. */
export const behaviours: readonly Behaviour[] = [
  ...fileBehaviours,
  ...networkBehaviours,
  ...processBehaviours,
  ...kernelBehaviours,
];
