import { expect, test } from 'vitest';
import { fromWallTime, isZone, namedZones, wallTime } from './zone.ts';

const zones = ['utc', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];

test('what clocks of a zone show leads back to its moment', () => {
  // Every seven hours of a year, so that all changes of clocks are among them.
  for (const zone of zones) {
    for (let ms = Date.UTC(2026, 0, 1); ms < Date.UTC(2027, 0, 1); ms += 7 * 3_600_000) {
      const text = wallTime(ms, zone);
      const back = fromWallTime(text, zone);
      expect(wallTime(back ?? 0, zone), `${zone} ${text}`).toBe(text);
    }
  }
});

test('clocks of a zone are ahead or behind', () => {
  expect(wallTime(Date.UTC(2026, 6, 1, 12), 'Europe/Berlin')).toBe('2026-07-01T14:00');
  expect(fromWallTime('2026-12-01T12:00', 'America/New_York')).toBe(Date.UTC(2026, 11, 1, 17));
  expect(fromWallTime('2026-12-01T12:00', 'utc')).toBe(Date.UTC(2026, 11, 1, 12));
  // Clocks leave this hour out.
  const left = fromWallTime('2026-03-29T02:30', 'Europe/Berlin') ?? 0;
  expect(Math.abs(left - Date.UTC(2026, 2, 29, 1))).toBeLessThanOrEqual(3_600_000);
  expect(fromWallTime('no time', 'utc')).toBeNull();
});

test('zones are those that the browser knows', () => {
  expect(['local', 'utc', 'Europe/Berlin'].every(isZone)).toBe(true);
  expect(isZone('Nowhere/At_All')).toBe(false);
  expect(namedZones()).toContain('Europe/Berlin');
});
