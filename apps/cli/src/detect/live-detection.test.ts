import { exposition } from '@lanner/hub';
import { expect, test } from 'vitest';
import { containerFamilies, liveFamilies } from './live-detection.ts';

test('how the runtimes of containers answered is told', () => {
  const text = exposition(containerFamilies({ known: 3, evictions: 2, failures: 5, refused: 1 }));
  expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
    'lanner_container_descriptions 3',
    'lanner_container_description_evictions_total 2',
    'lanner_container_lookup_failures_total 5',
    'lanner_container_lookups_refused_total 1',
  ]);
  expect(text).toContain('# TYPE lanner_container_descriptions gauge');
});

test('losses are told by event and by rule', () => {
  const text = exposition(
    liveFamilies({
      lostByType: [
        [307, 4],
        [2, 1],
      ],
      blind: [['a rule', { seconds: 1.5, intervals: 2 }]],
      droppedAlerts: 6,
      skippedLookups: 7,
    }),
  );
  expect(text).toContain('lanner_lost_events_total{event_type="openat"} 4\n');
  expect(text).toContain('lanner_lost_events_total{event_type="open"} 1\n');
  expect(text).toContain('lanner_rule_blind_seconds_total{rule_name="a rule"} 1.5\n');
  expect(text).toContain('lanner_rule_blind_intervals_total{rule_name="a rule"} 2\n');
  expect(text).toContain('lanner_alerts_dropped_total 6\n');
  expect(text).toContain('lanner_skipped_process_lookups_total 7\n');
});
