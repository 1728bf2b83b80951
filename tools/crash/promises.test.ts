import { expect, test } from 'vitest';
import { Ledger } from './ledger.ts';
import { PromiseReader } from './promises.ts';

test('promises are read in pieces, and a line that is cut off is none', () => {
  const ledger = new Ledger();
  const reader = new PromiseReader(ledger);
  for (const chunk of ['+a1\r\n+a', '2\n=a1\n', '=a1[ 1.0] said the kernel\n', '=a']) {
    reader.read(chunk);
  }
  expect([ledger.sentCount, ledger.acknowledgedCount, reader.isDrained]).toEqual([2, 1, false]);
  expect(ledger.compare(['a1', 'a2'], () => '')).toEqual({ lost: 0, doubled: 0, invented: 0, misordered: 0 });
  reader.read('2\ndrained\n');
  expect([ledger.acknowledgedCount, reader.isDrained]).toEqual([2, true]);
});
