import { expect, test } from 'vitest';
import { testThread } from '../testkit/index.ts';
import { environmentOf, environmentValue } from './environment.ts';

const thread = testThread({
  env: ['PATHS=/x', 'PATH=  /bin:/usr/bin  ', 'EMPTY=', 'BLANK=   ', 'HOME=/root'],
});

test.each([
  ['PATH', '/bin:/usr/bin'],
  ['HOME', '/root'],
  ['EMPTY', ''],
  ['BLANK', ''],
  ['NONE', ''],
  ['OME', ''],
])('%s is %j', (name, value) => {
  expect(environmentValue(thread, name)).toBe(value);
});

test('a thread has the environment of its process', () => {
  const worker = testThread({ tid: 2, pid: 1, env: ['OWN=1'], leader: thread });
  expect(environmentOf(worker)).toBe(thread.env);
  expect(environmentOf(testThread({ tid: 2, pid: 1, env: ['OWN=1'] }))).toEqual(['OWN=1']);
});
