import { eventBytes, type TestParam } from '@lanner/engine/testkit';
import { expect, test } from 'vitest';
import { encodeEvent, type EventParam } from './encode-event.ts';

test.each<[string, (EventParam & TestParam)[]]>([
  ['SYSCALL_OPENAT_2_X', [-2, -100, '/tmp/x', 4097, 0o644, 5, 2n ** 60n]],
  ['SYSCALL_EXECVE_19_X', [0, 'sh', ['-c', 'id']]],
  ['PROCEXIT_1_E', [256, 1, 9, 0, 1]],
  ['GENERIC_X', [60, 65_535]],
  ['ASYNCEVENT_E', [1, 'name', 'x'.repeat(100_000)]],
  ['CONTAINER_JSON_2_E', ['{}']],
])('%s has the bytes of the schema', (code, params) => {
  const expected = eventBytes(code, params, { ts: 0n, tid: 0 });
  expect(Buffer.compare(encodeEvent(code, params), expected)).toBe(0);
});
