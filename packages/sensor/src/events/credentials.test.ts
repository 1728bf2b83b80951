import { allCapabilities } from '@lanner/engine';
import { expect, test } from 'vitest';
import { StateSession } from '../testkit/state-session.ts';

test.each([
  ['SYSCALL_SETUID_X', [0, 33], { uid: 33 }],
  ['SYSCALL_SETREUID_X', [0, 5, 33], { uid: 33 }],
  ['SYSCALL_SETRESUID_X', [0, 5, 33, 7], { uid: 33 }],
  ['SYSCALL_SETGID_X', [0, 33], { gid: 33 }],
  ['SYSCALL_SETREGID_X', [0, 5, 33], { gid: 33 }],
  ['SYSCALL_SETRESGID_X', [0, 5, 33, 7], { gid: 33 }],
  ['SYSCALL_SETUID_X', [-1, 33], { uid: 1000 }],
  ['SYSCALL_SETGID_X', [0, null], { gid: 1000 }],
  [
    'SYSCALL_CAPSET_X',
    [0, 1, 2, 2n ** 40n],
    { capInheritable: 1n, capPermitted: 2n, capEffective: 2n ** 40n },
  ],
  ['SYSCALL_UNSHARE_X', [0, 1 << 20], { capEffective: allCapabilities, capPermitted: allCapabilities }],
  ['SYSCALL_SETNS_X', [0, 3, 1 << 20], { capInheritable: allCapabilities }],
  ['SYSCALL_UNSHARE_X', [0, 1 << 5], { capEffective: 0n }],
  ['SYSCALL_UNSHARE_X', [-1, 1 << 20], { capEffective: 0n }],
] as const)('%s', (code, params, properties) => {
  expect(new StateSession().apply(code, params).thread).toMatchObject(properties);
});
