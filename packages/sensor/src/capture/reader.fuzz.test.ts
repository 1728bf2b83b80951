import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { examine, fuzzCapture } from './reader.fuzz.ts';

const fixture = new URL('../../../../conformance/fixtures/workload1-host.scap', import.meta.url);

test('damaged and invented captures are read or refused, never more', () => {
  const report = fuzzCapture(3000, 1, { corpus: [gunzipSync(readFileSync(fixture))] });
  // Inputs of all kinds: some whole, some refused for each reason, and many events among them.
  expect(report.sound).toBeGreaterThan(100);
  expect([...report.refused.keys()].sort()).toEqual([
    'capture.conversion',
    'capture.format',
    'capture.version',
  ]);
  expect(report.events).toBeGreaterThan(4000);
});

test('the same seed gives the same inputs', () => {
  expect({ ...fuzzCapture(50, 7), slowestMs: 0 }).toEqual({ ...fuzzCapture(50, 7), slowestMs: 0 });
});

test.each([
  ['nothing', ''],
  ['a byte', '0a'],
  ['only zeros', '00'.repeat(64)],
  ['only ones', 'ff'.repeat(64)],
])('%s is refused', (_what, hex) => {
  const input = Uint8Array.from(Buffer.from(hex, 'hex'));
  expect(examine(input, [1]).failure?.code).toBe('capture.format');
});
