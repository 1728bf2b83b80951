import { expect, test } from 'vitest';
import { terminalColumns } from './terminal-columns.ts';

test('a terminal has its columns, one that does not say how many the usual ones, anything else none', () => {
  expect(terminalColumns({ isTTY: true, columns: 132 })).toBe(132);
  expect(terminalColumns({ isTTY: true, columns: 0 })).toBe(80);
  expect(terminalColumns({ isTTY: true })).toBe(80);
  expect(terminalColumns({ isTTY: false })).toBeNull();
  expect(terminalColumns({})).toBeNull();
});
