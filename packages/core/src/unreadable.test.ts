import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { unreadable } from './unreadable.ts';

function failureOf(path: string): unknown {
  try {
    return readFileSync(path);
  } catch (error) {
    return error;
  }
}

test('a file that is not there is told in words, with what to do', () => {
  expect(unreadable('the template x.tpl', failureOf('/no/such/x.tpl'))).toMatchObject({
    code: 'file.read',
    message: 'the template x.tpl cannot be read: there is no such file or folder',
    hint: expect.stringContaining('Check the path') as string,
  });
  expect(unreadable('y', failureOf(tmpdir())).message).toBe('y cannot be read: it is a folder');
});

test('what has no words of its own says what the system said', () => {
  expect(unreadable('z', new Error('EIO: i/o error'))).toMatchObject({
    message: 'z cannot be read: EIO: i/o error',
    hint: undefined,
  });
});
