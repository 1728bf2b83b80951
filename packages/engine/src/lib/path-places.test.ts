import { expect, test } from 'vitest';
import { eventId } from '../event-table.ts';
import { maxPathPlaces, pathPlaces } from './path-places.ts';

test.each([
  ['SYSCALL_OPEN_X', [{ path: 1, directory: null }]],
  ['SYSCALL_OPENAT_2_X', [{ path: 2, directory: 1 }]],
  [
    'SYSCALL_RENAMEAT2_X',
    [
      { path: 2, directory: 1 },
      { path: 4, directory: 3 },
    ],
  ],
  // What a symbolic link leads to is not looked for when it is made.
  ['SYSCALL_SYMLINKAT_X', [{ path: 3, directory: 2 }]],
  ['SYSCALL_FCHDIR_X', [{ path: 1, directory: null }]],
  ['SYSCALL_EXECVE_19_X', []],
  ['SYSCALL_READ_X', []],
])('%s', (code, places) => {
  expect(pathPlaces[eventId(code)]).toEqual(places);
});

test('no call has more than the header of a live event has room for', () => {
  expect(Math.max(...pathPlaces.map((places) => places.length))).toBe(maxPathPlaces);
});
