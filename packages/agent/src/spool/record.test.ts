import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeRecord, recordKinds, scanRecords } from './record.ts';
import { fuzzSpool } from './spool.fuzz.ts';

test('records come back as they were written', () => {
  const record = fc.record({
    kind: fc.constantFrom(...recordKinds),
    payload: fc.string({ unit: 'grapheme' }),
    number: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    atMs: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  });
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const bytes = Buffer.concat(records.map((each) => encodeRecord(each, Buffer.from(each.payload))));
      expect(scanRecords(bytes, 0, { isEnd: true })).toMatchObject({
        records,
        next: bytes.length,
        skipped: 0,
        needs: null,
      });
    }),
  );
});

test('noise is no record', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (noise) => {
      const { records, skipped } = scanRecords(Buffer.from(noise), 0, { isEnd: true });
      expect(records).toEqual([]);
      expect(skipped).toBe(noise.length);
    }),
  );
});

test('what was not damaged is read whatever happened around it', () => {
  const { inputs, lost, read } = fuzzSpool(2000, 7);
  expect(inputs).toBe(2000);
  expect(lost).toBeGreaterThan(500);
  expect(read).toBeGreaterThan(5000);
});
