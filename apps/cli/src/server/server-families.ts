import {
  counterFamily,
  type DeliveryState,
  type DestinationSet,
  gaugeFamily,
  type MetricFamily,
  type StoreHealth,
} from '@lanner/hub';

const states = ['ok', 'degraded', 'failed'] as const;

/** What the server tells of itself, beside falcosidekick's metrics. */
export function serverFamilies(
  health: StoreHealth,
  destinations: Pick<DestinationSet, 'statuses' | 'active'>,
  deliveries: readonly DeliveryState[],
  lastPosition: number,
  refused: Readonly<Record<string, number>>,
): MetricFamily[] {
  const statuses = destinations.statuses();
  const perDestination = (value: (state: DeliveryState) => number): MetricFamily['samples'] =>
    deliveries
      .filter(({ destination }) => destinations.active.some(({ name }) => name === destination))
      .map((state) => ({ labels: { destination: state.destination }, value: value(state) }));
  return [
    ...storeFamilies(health),
    counterFamily(
      'lanner_alerts_refused_total',
      'Alerts that were not taken, so that whoever sent them still has them: too many waited, or the disk refused.',
      Object.entries(refused).map(([reason, value]) => ({ labels: { reason }, value })),
    ),
    gaugeFamily(
      'lanner_destination_waiting',
      'Alerts that a destination has not got yet.',
      statuses.map(({ name, position }) => ({
        labels: { destination: name },
        value: Math.max(0, lastPosition - position),
      })),
    ),
    counterFamily(
      'lanner_destination_over_budget_total',
      'Alerts that a destination for people was not told of, as it had had enough in that hour.',
      statuses.map(({ name, overBudget }) => ({ labels: { destination: name }, value: overBudget })),
    ),
    gaugeFamily(
      'lanner_destination_failing',
      'Attempts that failed in a row.',
      statuses.map(({ name, failures }) => ({ labels: { destination: name }, value: failures })),
    ),
    counterFamily(
      'lanner_destination_dead_letters_total',
      'Alerts that a destination refused for good.',
      perDestination(({ deadLetters }) => deadLetters),
    ),
    counterFamily(
      'lanner_destination_lost_total',
      'Alerts that retention took before they were delivered.',
      perDestination(({ lost }) => lost),
    ),
  ];
}

function storeFamilies(health: StoreHealth): MetricFamily[] {
  return [
    gaugeFamily(
      'lanner_store_state',
      'State of the store: 1 for the one that it is in.',
      states.map((state) => ({ labels: { state }, value: Number(health.state === state) })),
    ),
    gaugeFamily('lanner_store_bytes', 'Size of the store on disk.', health.bytes),
    gaugeFamily('lanner_store_alerts', 'Alerts in the store.', health.alerts),
    counterFamily('lanner_store_removed_total', 'Alerts that retention has removed.', [
      { labels: { by: 'age' }, value: health.removedByAge },
      { labels: { by: 'size' }, value: health.removedBySize },
    ]),
    counterFamily(
      'lanner_store_findings_removed_total',
      'Findings that retention has removed.',
      health.removedFindings,
    ),
    counterFamily(
      'lanner_store_damaged_total',
      'Records that were found damaged and set aside.',
      health.damaged,
    ),
    counterFamily(
      'lanner_store_refused_writes_total',
      'Writes that the disk of the store did not take.',
      health.refusedWrites,
    ),
  ];
}
