import { expect, test } from 'vitest';
import { scanProgress } from '../scan/progress.ts';
import { readCounts } from './scan-child.ts';

test('what a scan says of how far it is can be read back', () => {
  const lines: string[] = [];
  const progress = scanProgress(
    'json',
    (line) => lines.push(line),
    () => 0,
  );
  progress.layers(4);
  progress.files(7);
  progress.layerDone(true);
  expect(readCounts(lines.at(-1)?.trim() ?? '')).toEqual({ files: 7, layers: 4, layersDone: 1 });
});

test.each(['error: the file cannot be read', '{"ms":1,', ''])('%j is a word of the scan', (line) => {
  expect(readCounts(line)).toBeNull();
});
