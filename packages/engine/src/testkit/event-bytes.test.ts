import { expect, test } from 'vitest';
import { dynamicParam, fdlist, ipv6, sockaddr, socktuple, uint, unixSocktuple } from './event-bytes.ts';
import { testEvent } from './event.ts';
import { testThread } from './state.ts';

test('an event reads back the parameters it was made of', () => {
  const event = testEvent('SYSCALL_OPENAT_2_X', [-2n, -100n, '/tmp/x', 4097, 0o644, 5, 2n ** 60n], {
    ts: 1_700_000_000_123_456_789n,
    tid: 42,
    cpu: 3,
  });
  expect(event.info.name).toBe('openat');
  expect(event.ts).toBe(1_700_000_000_123_456_789n);
  expect([event.tid, event.cpu, event.paramCount, event.size]).toEqual([42, 3, 7, event.bytes.length]);
  expect([event.i64(0), event.i64(1), event.text(2), event.u32(3), event.u32(4)]).toEqual([
    -2,
    -100,
    '/tmp/x',
    4097,
    420,
  ]);
  expect(event.u64(6)).toBe(2n ** 60n);
});

test('empty parameters, lists of texts, buffers and large events keep their lengths', () => {
  expect(testEvent('SYSCALL_READ_X', [0n, null, 3n, 10]).has(1)).toBe(false);
  expect(testEvent('SYSCALL_READ_X', [3n, 'a\0b', 3n, 10]).raw(1)).toBe('a\0b');
  expect(testEvent('SYSCALL_EXECVE_19_X', [0n, 'sh', ['-c', 'id']]).texts(2)).toEqual(['-c', 'id']);
  const async = testEvent('ASYNCEVENT_E', [0, 'container', 'x'.repeat(100_000)]);
  expect([async.text(1), async.length(2)]).toEqual(['container', 100_000]);
});

test('addresses are packed as in the scap format', () => {
  expect([...sockaddr('1.2.3.4', 80)]).toEqual([2, 1, 2, 3, 4, 80, 0]);
  expect(socktuple('::1', 1, 'fe80::2', 2)).toHaveLength(37);
  expect([...ipv6('2001:db8::3').slice(0, 4)]).toEqual([0x20, 0x01, 0x0d, 0xb8]);
  expect(unixSocktuple(1n, 2n, '/s')).toHaveLength(20);
  expect([...fdlist([[3, 1]])]).toEqual([1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
  expect([...dynamicParam(1, uint(-1, 2))]).toEqual([1, 255, 255]);
});

test('a thread without a leader leads itself', () => {
  const leader = testThread();
  expect(leader.leader).toBe(leader);
  expect(testThread({ tid: 2, leader }).leader).toBe(leader);
  expect(testThread({ comm: 'sh', args: ['-c'] }).cmdline).toBe('sh -c');
});
