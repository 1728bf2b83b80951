import type { LinkStats } from '@lanner/agent';
import type { SpoolStats } from '@lanner/api';
import { counterFamily, gaugeFamily, type MetricFamily } from '@lanner/hub';

const states = ['starting', 'connected', 'away', 'refused'] as const;

/** What an agent tells of its spool and its way to the server, beside the metrics of the detection. */
export function agentFamilies(spool: SpoolStats, link: LinkStats, alertsLost: number): MetricFamily[] {
  return [
    gaugeFamily(
      'lanner_link_state',
      'Way to the server: 1 for the state that it is in.',
      states.map((state) => ({ labels: { state }, value: Number(link.state === state) })),
    ),
    gaugeFamily('lanner_spool_waiting', 'Records that wait for the server.', spool.waiting),
    gaugeFamily('lanner_spool_bytes', 'Size of the spool on disk.', spool.bytes),
    gaugeFamily(
      'lanner_spool_oldest_timestamp_seconds',
      'When the oldest record that waits was spooled; 0 when none waits.',
      (spool.oldestMs ?? 0) / 1000,
    ),
    counterFamily('lanner_spool_lost_total', 'Records and alerts that never reach the server, by why.', [
      { labels: { by: 'size' }, value: spool.droppedBySize },
      { labels: { by: 'age' }, value: spool.droppedByAge },
      { labels: { by: 'damage' }, value: spool.damaged },
      { labels: { by: 'refused' }, value: link.refused },
      { labels: { by: 'spool' }, value: alertsLost },
    ]),
    counterFamily('lanner_link_sent_records_total', 'Records that the server has taken.', link.sent),
    gaugeFamily('lanner_link_failures', 'Attempts that failed in a row.', link.failures),
    gaugeFamily(
      'lanner_certificate_expiry_timestamp_seconds',
      'When the certificate of the agent ends; 0 before there is one.',
      (link.certificateEndsMs ?? 0) / 1000,
    ),
  ];
}
