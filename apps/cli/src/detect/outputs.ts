import type { FalcoConfig } from '@lanner/api';
import { AppError, type Log } from '@lanner/core';
import {
  type DestinationEffects,
  DestinationQueue,
  destinations,
  type DestinationSettings,
  type OpenDestination,
  OutputHub,
} from '@lanner/hub';

/** Messages that wait when outputs_queue.capacity is 0, which in Falco means "any number". */
const defaultCapacity = 100_000;
const maxQueueBytes = 64 * 2 ** 20;

/** Outputs of the command itself, by name: alerts go there before those of the configuration. */
export type FurtherOutputs = Readonly<Record<string, OpenDestination>>;

export interface MoreOfOutputs {
  readonly further?: FurtherOutputs | undefined;
  /** Given where events can wait for whoever reads standard output; ends that when it is aborted. */
  readonly patience?: AbortSignal | undefined;
}

/**
 * Opens every output that the configuration enables, in Falco's order. Throws AppError when none is enabled, or when
 * the settings of one cannot work.
 */
export async function openOutputs(
  config: FalcoConfig,
  effects: DestinationEffects,
  log: Log,
  { further = {}, patience }: MoreOfOutputs = {},
): Promise<OutputHub> {
  const order = ['file', 'stdout', 'syslog', 'program', 'http'];
  const enabled = [...destinations]
    .filter(({ id }) => config.flag(`${id}_output.enabled`))
    .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  if (enabled.length === 0 && Object.keys(further).length === 0) {
    throw new AppError(
      'config.invalid',
      'No output configured, please make sure at least one output is configured.',
      {
        hint: 'Enable one, for example with -o stdout_output.enabled=true.',
      },
    );
  }
  const capacity = config.number('outputs_queue.capacity');
  const queueOf = (id: string, open: OpenDestination): DestinationQueue =>
    new DestinationQueue(open, {
      id,
      capacity: capacity === 0 ? defaultCapacity : capacity,
      maxBytes: maxQueueBytes,
      timeoutMs: config.number('output_timeout'),
      patience: id === 'stdout' ? patience : undefined,
      log,
    });
  const queues = new Map<string, DestinationQueue>();
  for (const [id, open] of Object.entries(further)) {
    queues.set(id, queueOf(id, open));
  }
  for (const destination of enabled) {
    const open = await destination.open(settingsOf(config, destination.id), effects);
    queues.set(destination.id, queueOf(destination.id, open));
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
