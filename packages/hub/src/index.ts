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
export { exposition, type MetricFamily, metricName, metricsContentType } from './metrics/exposition.ts';
export {
  falcoFamilies,
  type FalcoMetricsInput,
  type KernelCounters,
  type NamedValue,
  type ResourceUse,
  type RuleCount,
} from './metrics/falco.ts';
export { startWebServer, type WebReceiver, type WebRoute, type WebServer } from './web-server.ts';
