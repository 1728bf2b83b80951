import type { PriorityName, StoredAlert } from '@lanner/api';

/** An alert that is known by its position alone. */
export function storedAlert(
  position: number,
  priority: PriorityName = 'Error',
  held: string | null = null,
): StoredAlert {
  return {
    id: `id${position}`,
    position,
    receivedMs: 0,
    timeUs: 0,
    node: '',
    workload: { namespace: '', pod: '', containerId: '', container: '', image: '' },
    fingerprint: 'f',
    status: 'open',
    held,
    event: {
      uuid: String(position),
      output: 'o',
      priority,
      rule: 'r',
      time: '2026-01-01T00:00:00Z',
      source: 's',
      output_fields: {},
    },
  };
}
