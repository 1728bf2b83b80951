import { exactJson, type NewAlert } from '@lanner/api';
import { expect, test } from 'vitest';
import { alertGenerator } from './alert-generator.ts';

function take(count: number, seed = 1): NewAlert[] {
  const generator = alertGenerator({ seed });
  return Array.from({ length: count }, () => generator.next().value);
}

test('the same seed gives the same alerts, another one others', () => {
  expect(take(20)).toEqual(take(20));
  expect(take(20, 2)).not.toEqual(take(20));
});

test('rules, containers, command lines and lengths are as announced', () => {
  const alerts = take(20_000);
  const distinct = (values: readonly unknown[]): number => new Set(values).size;
  expect(distinct(alerts.map(({ event }) => event.rule))).toBe(40);
  expect(distinct(alerts.map(({ workload }) => workload.containerId))).toBeGreaterThan(1500);
  expect(distinct(alerts.map(({ event }) => event.output_fields['proc.cmdline']))).toBeGreaterThan(12_000);
  expect(distinct(alerts.map(({ id }) => id))).toBe(20_000);
  const counts = Map.groupBy(alerts, ({ event }) => event.rule);
  const most = Math.max(...[...counts.values()].map(({ length }) => length));
  expect(most / alerts.length).toBeGreaterThan(0.2);
  const bytes = Buffer.byteLength(alerts.map((alert) => exactJson(alert.event)).join(''));
  expect(bytes / alerts.length).toBeGreaterThan(1000);
  expect(bytes / alerts.length).toBeLessThan(2500);
  expect(alerts.some(({ event }) => event.output.includes('スクリプト'))).toBe(true);
});
