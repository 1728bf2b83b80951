export {
  type AlertMessage,
  defineDestination,
  type Destination,
  type DestinationEffects,
  type DestinationSettings,
  type OpenDestination,
} from './destination.ts';
export { destinations } from './destinations/registry.gen.ts';
export { OutputHub } from './hub.ts';
export { nodeEffects } from './node-effects.ts';
export { DestinationQueue, type QueueOptions, type QueueStats } from './queue.ts';
