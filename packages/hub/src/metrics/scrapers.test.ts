import { expect, test } from 'vitest';
import { Scrapers } from './scrapers.ts';

test('a scraper that comes again is shown what was born since as new', () => {
  const scrapers = new Scrapers(() => 0);
  expect(scrapers.scrape('a')).toBe(0);
  const born = scrapers.tick;
  expect(scrapers.scrape('a')).toBe(born);
  expect(scrapers.evictions).toBe(0);
});

test('no more than 32 scrapers are remembered; who gave way is counted, and begins anew', () => {
  let nowMs = 0;
  const scrapers = new Scrapers(() => nowMs);
  for (let i = 0; i < 40; i++) {
    scrapers.scrape(`s${i}`);
  }
  expect(scrapers.evictions).toBe(8);
  // The server is no longer young: nothing is new to who was not seen before.
  nowMs = 601_000;
  expect(scrapers.scrape('s0')).toBe(Number.POSITIVE_INFINITY);
});
