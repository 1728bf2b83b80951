import { expect, test } from 'vitest';
import { fdTypes } from '../state.ts';
import {
  fdlist,
  ipv4,
  ipv6,
  type TestParam,
  testEvent,
  testFd,
  testFds,
  testThread,
} from '../testkit/index.ts';
import { fieldClass } from './fdlist.ts';

const v4 = (text: string): string => String.fromCharCode(...ipv4(text));
const v6 = (text: string): string => String.fromCharCode(...ipv6(text));

const thread = testThread({
  fds: testFds({
    3: testFd({
      type: fdTypes.ipv4,
      name: 'a->b',
      sip: v4('1.1.1.1'),
      dip: v4('2.2.2.2'),
      sport: 5,
      dport: 80,
    }),
    4: testFd({ name: '' }),
    5: testFd({ type: fdTypes.ipv6, name: 'c->d', sip: v6('::1'), dip: v6('::2'), sport: 6, dport: 81 }),
    6: testFd({ type: fdTypes.ipv4Server, name: 's', dip: v4('3.3.3.3'), dport: 82 }),
    7: testFd({ type: fdTypes.ipv6Server, name: 't', dip: v6('102:304::'), dport: 83 }),
  }),
});

function lists(list: TestParam, code = 'SYSCALL_POLL_X', known = true): unknown[] {
  const event = testEvent(code, [1, list, 0], { thread: known ? thread : null });
  return fieldClass.fields.map((field) => field.extract(event, undefined));
}

test('each list skips the descriptors that it has nothing to say of', () => {
  const list = fdlist([3, 4, 5, 6, 7, 99].map((fd) => [fd, 1]));
  expect(lists(list)).toEqual([
    '3,4,5,6,7,99',
    'a->b,<NA>,c->d,s,t,<NA>',
    '1.1.1.1,::1',
    '2.2.2.2,::2,3.3.3.3,1.2.3.4',
    '5,6',
    '80,81',
  ]);
});

test('lists without an entry are no value', () => {
  expect(lists(fdlist([[4, 0]]))).toEqual(['4', '<NA>', null, null, null, null]);
  expect(lists(fdlist([]))).toEqual([null, null, null, null, null, null]);
  expect(lists(null)).toEqual([null, null, null, null, null, null]);
  expect(lists(fdlist([[3, 0]]), 'SYSCALL_POLL_X', false)).toEqual([null, null, null, null, null, null]);
  expect(lists(fdlist([[3, 0]]), 'SYSCALL_PPOLL_X')[0]).toBe('3');
});

test('a count beyond the bytes that are there is not believed', () => {
  const list = fdlist([[3, 1]]);
  list[0] = 200;
  expect(lists(list)[0]).toBe('3');
});

test('a negative descriptor keeps its sign', () => {
  expect(lists(fdlist([[-1, 1]]))[0]).toBe('-1');
});
