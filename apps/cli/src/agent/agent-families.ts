import type { LinkStats, SpoolStats } from '@lanner/agent';
import type { MetricFamily } from '@lanner/hub';

const states = ['starting', 'connected', 'away', 'refused'] as const;

/** What an agent tells of its spool and its way to the server, beside the metrics of the detection. */
export function agentFamilies(spool: SpoolStats, link: LinkStats, alertsLost: number): MetricFamily[] {
  const single = (type: 'counter' | 'gauge', name: string, help: string, value: number): MetricFamily => ({
    name,
    help,
    type,
    samples: [{ value }],
  });
  return [
    {
      name: 'lanner_link_state',
      help: 'Way to the server: 1 for the state that it is in.',
      type: 'gauge',
      samples: states.map((state) => ({ labels: { state }, value: Number(link.state === state) })),
    },
    single('gauge', 'lanner_spool_waiting', 'Records that wait for the server.', spool.waiting),
    single('gauge', 'lanner_spool_bytes', 'Size of the spool on disk.', spool.bytes),
    single(
      'gauge',
      'lanner_spool_oldest_timestamp_seconds',
      'When the oldest record that waits was spooled; 0 when none waits.',
      (spool.oldestMs ?? 0) / 1000,
    ),
    {
      name: 'lanner_spool_lost_total',
      help: 'Records and alerts that never reach the server, by why.',
      type: 'counter',
      samples: [
        { labels: { by: 'size' }, value: spool.droppedBySize },
        { labels: { by: 'age' }, value: spool.droppedByAge },
        { labels: { by: 'damage' }, value: spool.damaged },
        { labels: { by: 'refused' }, value: link.refused },
        { labels: { by: 'spool' }, value: alertsLost },
      ],
    },
    single('counter', 'lanner_link_sent_records_total', 'Records that the server has taken.', link.sent),
    single('gauge', 'lanner_link_failures', 'Attempts that failed in a row.', link.failures),
    single(
      'gauge',
      'lanner_certificate_expiry_timestamp_seconds',
      'When the certificate of the agent ends; 0 before there is one.',
      (link.certificateEndsMs ?? 0) / 1000,
    ),
  ];
}
