import type { FalcoConfig } from '@lanner/api';
import { AppError, type Log } from '@lanner/core';
import {
  type DestinationEffects,
  DestinationQueue,
  destinations,
  type DestinationSettings,
  OutputHub,
} from '@lanner/hub';

/** Messages that wait when outputs_queue.capacity is 0, which in Falco means "any number". */
const defaultCapacity = 100_000;
const maxQueueBytes = 64 * 2 ** 20;

/**
 * Opens every output that the configuration enables, in Falco's order. Throws AppError when none is enabled, or when
 * the settings of one cannot work.
 */
export async function openOutputs(
  config: FalcoConfig,
  effects: DestinationEffects,
  log: Log,
): Promise<OutputHub> {
  const order = ['file', 'stdout', 'syslog', 'program', 'http'];
  const enabled = [...destinations]
    .filter(({ id }) => config.flag(`${id}_output.enabled`))
    .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  if (enabled.length === 0) {
    throw new AppError(
      'config.invalid',
      'No output configured, please make sure at least one output is configured.',
      {
        hint: 'Enable one, for example with -o stdout_output.enabled=true.',
      },
    );
  }
  const queues = new Map<string, DestinationQueue>();
  for (const destination of enabled) {
    const open = await destination.open(settingsOf(config, destination.id), effects);
    const capacity = config.number('outputs_queue.capacity');
    queues.set(
      destination.id,
      new DestinationQueue(open, {
        id: destination.id,
        capacity: capacity === 0 ? defaultCapacity : capacity,
        maxBytes: maxQueueBytes,
        timeoutMs: config.number('output_timeout'),
        log,
      }),
    );
  }
  return new OutputHub(queues);
}

function settingsOf(config: FalcoConfig, id: string): DestinationSettings {
  return {
    text: (key) => config.text(`${id}_output.${key}`),
    flag: (key) => config.flag(`${id}_output.${key}`),
    number: (key) => config.number(`${id}_output.${key}`),
    list: () => [],
    map: () => ({}),
    json: config.flag('json_output'),
  };
}
