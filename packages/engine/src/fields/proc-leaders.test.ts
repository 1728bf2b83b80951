import { expect, test } from 'vitest';
import { readField, testEvent, testState, testThread } from '../testkit/index.ts';
import { fieldClass } from './proc-leaders.ts';

const shell = testThread({ tid: 5, pid: 5, comm: 'bash', exe: '-bash', exePath: '/bin/bash' });
const state = testState({ thread: (tid) => (tid === 5 ? shell : null) });
const thread = testThread({ tid: 9, pid: 9, vtid: 9, sid: 5, vpgid: 5, pgid: 6 });
const event = testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread, state });

test.each([
  ['proc.sname', 'bash'],
  ['proc.sid.exe', '-bash'],
  ['proc.sid.exepath', '/bin/bash'],
  ['proc.vpgid.name', 'bash'],
  ['proc.vpgid.exe', '-bash'],
  ['proc.vpgid.exepath', '/bin/bash'],
])('%s is %j', (name, value) => {
  expect(readField(fieldClass, name, event)).toBe(value);
});

test('a leader that is not known is an empty text, not a missing value', () => {
  expect(readField(fieldClass, 'proc.pgid.name', event)).toBe('');
  expect(readField(fieldClass, 'proc.sname', testEvent('SYSCALL_GETCWD_X', [0, '/'], { state }))).toBeNull();
});
