import { AppError } from '@lanner/core';
import { expect, test } from 'vitest';
import { type Machine, probeMachine, requireFeatures } from './probe.ts';

/** A machine on which all is well, but for what is given. */
function machine(changes: Partial<Machine> & { readonly capEff?: string } = {}): Machine {
  return {
    exists: () => true,
    read: (path) =>
      path === '/proc/self/status' ? `Name:\tnode\nCapEff:\t${changes.capEff ?? '000001ffffffffff'}\n` : null,
    hasHelper: () => true,
    hasMap: () => true,
    ...changes,
  };
}

test('nothing is missing on a machine that has all', () => {
  expect(probeMachine(machine())).toEqual([]);
});

test.each<[string, Parameters<typeof machine>[0], RegExp]>([
  ['capabilities', { capEff: '0' }, /CAP_BPF and CAP_PERFMON/],
  ['BTF', { exists: () => false }, /BTF/],
  ['the ring buffer', { hasMap: () => false }, /ring buffer/],
  ['bpf_loop', { hasHelper: (helper) => helper !== 181 }, /bpf_loop/],
  ['the current task', { hasHelper: (helper) => helper === 181 }, /current task/],
  [
    'an open kernel',
    {
      read: (path) =>
        path.endsWith('lockdown') ? 'none integrity [confidentiality]' : 'CapEff:\t000001ffffffffff',
    },
    /locked down/,
  ],
])('without %s the sensor says what is missing and what to do', (_what, changes, sentence) => {
  const missing = probeMachine(machine(changes));
  expect(missing[0]).toMatchObject({ isFatal: true, what: expect.stringMatching(sentence) as unknown });
  expect(() => {
    requireFeatures(missing);
  }).toThrow(AppError);
});

test('CAP_BPF and CAP_PERFMON are enough; what the others give is named as lost', () => {
  // Bits 38 and 39.
  const missing = probeMachine(machine({ capEff: '000000c000000000' }));
  expect(missing.map((feature) => feature.isFatal)).toEqual([false]);
  expect(missing[0]?.what).toContain('CAP_SYS_PTRACE');
  expect(() => {
    requireFeatures(missing);
  }).not.toThrow();
});
