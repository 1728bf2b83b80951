import type { FalcoEvent } from '@lanner/api';
import { expect, test } from 'vitest';
import { exposition } from './exposition.ts';
import { SidekickMetrics } from './sidekick.ts';

const event: FalcoEvent = {
  uuid: 'u',
  output: 'o',
  priority: 'Critical',
  rule: 'Shell',
  time: '2026-01-01T00:00:00Z',
  source: 'syscall',
  hostname: 'n1',
  output_fields: {},
};
const options = { extraLabels: [], destinations: [], legacyNames: true };

function valueOf(metrics: SidekickMetrics, scraper: string | null, rule = 'Shell'): number | undefined {
  const line = exposition(metrics.families(scraper))
    .split('\n')
    .find((text) => text.startsWith('falco_events{') && text.includes(`rule="${rule}"`));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

test('whoever scrapes sees a new series with 0 first, so that increase() sees its first event', () => {
  const metrics = new SidekickMetrics({ ...options, now: () => 0 });
  expect(valueOf(metrics, 'a')).toBeUndefined();
  metrics.event(event);
  expect(valueOf(metrics, 'a')).toBe(0);
  expect(valueOf(metrics, 'a')).toBe(1);
  metrics.event(event);
  expect(valueOf(metrics, 'a')).toBe(2);
  // Each scraper for itself, and people always see what is.
  expect(valueOf(metrics, 'b')).toBe(0);
  expect(valueOf(metrics, 'b')).toBe(2);
  expect(valueOf(metrics, null)).toBe(2);
});

test('a scraper that comes late is told of nothing as if it were new', () => {
  const clock = { ms: 0 };
  const metrics = new SidekickMetrics({ ...options, now: () => clock.ms });
  metrics.event(event);
  clock.ms = 3_600_000;
  expect(valueOf(metrics, 'late')).toBe(1);
  metrics.event({ ...event, rule: 'Other' });
  expect(valueOf(metrics, 'late', 'Other')).toBe(0);
  // One that was away for long begins anew.
  metrics.event({ ...event, rule: 'Third' });
  clock.ms += 3_600_000;
  expect(valueOf(metrics, 'late', 'Third')).toBe(1);
});

test('series of rules are born before their first event', () => {
  const metrics = new SidekickMetrics({ ...options, now: () => 0 });
  metrics.expect('Shell', 'Critical', 'syscall', 'n1');
  expect(valueOf(metrics, null)).toBe(0);
  metrics.event(event);
  expect(valueOf(metrics, null)).toBe(1);
});

test('series are bounded in number and in length, and what has none is counted', () => {
  const metrics = new SidekickMetrics({ ...options, now: () => 0 });
  for (let i = 0; i < 5010; i++) {
    metrics.event({ ...event, rule: `${i}${'x'.repeat(10_000)}` });
  }
  const text = exposition(metrics.families());
  expect(text).toContain('lanner_event_series_dropped_total 10\n');
  expect(text.length).toBeLessThan(5000 * 2 * 1024);
});

test('a long label is cut to 256 characters, none of them halved', () => {
  const metrics = new SidekickMetrics({ ...options, now: () => 0 });
  metrics.event({ ...event, rule: `x${'😀'.repeat(200)}` });
  const [, rule = ''] = /rule="([^"]*)"/.exec(exposition(metrics.families(null))) ?? [];
  expect(rule).toBe(`x${'😀'.repeat(127)}…`);
});
