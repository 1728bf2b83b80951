import { expect, test } from 'vitest';
import { sampleAlerts } from '../testkit/sample-alerts.ts';
import { MatchedSampling } from './matched-sampling.ts';

const [sample] = sampleAlerts(1);

function keeps(sampling: MatchedSampling, fingerprint: string): boolean {
  return 'matched' in sampling.thin({ ...sample!, fingerprint, matched: [] });
}

test('the first three alerts of a group keep why they matched, then one in 64', () => {
  const sampling = new MatchedSampling();
  const kept = Array.from({ length: 200 }, (_, i) => i + 1).filter(() => keeps(sampling, 'a'));
  expect(kept).toEqual([1, 2, 3, 64, 128, 192]);
  expect(sampling.evictions).toBe(0);
});

test('the group that was quiet longest gives way when there are too many, which is counted', () => {
  const sampling = new MatchedSampling(3);
  for (let i = 0; i < 3; i++) {
    keeps(sampling, 'a');
  }
  for (const group of ['b', 'c', 'd', 'e']) {
    expect(keeps(sampling, group)).toBe(true);
  }
  expect(sampling.evictions).toBe(2);
  // It begins anew.
  expect(keeps(sampling, 'a')).toBe(true);
  expect(sampling.evictions).toBe(3);
});
