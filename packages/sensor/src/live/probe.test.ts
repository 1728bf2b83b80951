import { AppError } from '@lanner/core';
import { expect, test } from 'vitest';
import { type Machine, probeMachine, requireFeatures } from './probe.ts';

interface Changes extends Partial<Machine> {
  readonly capEff?: string;
  readonly seccomp?: number;
  /** Contents of files. */
  readonly files?: Readonly<Record<string, string>>;
  /** Where links lead. */
  readonly links?: Readonly<Record<string, string | null>>;
}

/** A machine on which all is well, but for what is given. */
function machine({
  capEff = '000001ffffffffff',
  seccomp = 0,
  files = {},
  links = {},
  ...changes
}: Changes = {}): Machine {
  const allFiles: Readonly<Record<string, string>> = {
    '/proc/self/status': `Name:\tnode\nCapEff:\t${capEff}\nSeccomp:\t${seccomp}\n`,
    '/proc/cmdline': 'quiet',
    ...files,
  };
  const allLinks: Readonly<Record<string, string | null>> = {
    '/proc/1/exe': '/usr/lib/systemd/systemd',
    '/proc/self/ns/pid': 'pid:[4026531836]',
    ...links,
  };
  return {
    exists: () => true,
    read: (path) => allFiles[path] ?? null,
    link: (path) => allLinks[path] ?? null,
    bpfError: () => 0,
    hasHelper: () => true,
    hasMap: () => true,
    ...changes,
  };
}

test('nothing is missing on a machine that has all', () => {
  expect(probeMachine(machine())).toEqual([]);
});

test.each<[string, Changes, RegExp]>([
  ['capabilities', { capEff: '0' }, /CAP_BPF and CAP_PERFMON/],
  ['BTF', { exists: () => false }, /BTF/],
  ['the ring buffer', { hasMap: () => false }, /ring buffer/],
  ['bpf_loop', { hasHelper: (helper) => helper !== 181 }, /bpf_loop/],
  ['the current task', { hasHelper: (helper) => helper === 181 }, /current task/],
  [
    'an open kernel',
    { files: { '/sys/kernel/security/lockdown': 'none integrity [confidentiality]' } },
    /locked down/,
  ],
  [
    'an open kernel, as it was booted',
    { files: { '/proc/cmdline': 'quiet lockdown=confidentiality' } },
    /locked down/,
  ],
  [
    'the system call, by seccomp',
    { bpfError: () => 1, seccomp: 2, hasMap: () => false },
    /seccomp profile forbids/,
  ],
  [
    'the system call',
    { bpfError: () => 13, hasMap: () => false },
    /refuses the system call bpf \(error 13\)/,
  ],
])('without %s the sensor says what is missing and what to do', (_what, changes, sentence) => {
  const missing = probeMachine(machine(changes));
  expect(missing[0]).toMatchObject({ isFatal: true, what: expect.stringMatching(sentence) as unknown });
  expect(missing[0]?.remedy).toMatch(/^[A-Z].*\.$/);
  expect(() => {
    requireFeatures(missing);
  }).toThrow(AppError);
});

test('CAP_BPF and CAP_PERFMON are enough; what the others give is named as lost', () => {
  // Bits 38 and 39.
  const missing = probeMachine(
    machine({ capEff: '000000c000000000', links: { '/proc/1/exe': 'forbidden' } }),
  );
  expect(missing.map((feature) => feature.isFatal)).toEqual([false]);
  expect(missing[0]?.what).toContain('CAP_SYS_PTRACE');
  expect(() => {
    requireFeatures(missing);
  }).not.toThrow();
});

test.each<[string, Changes, RegExp, RegExp]>([
  [
    'AppArmor hides other processes',
    {
      links: { '/proc/1/exe': 'forbidden' },
      files: { '/proc/self/attr/current': 'docker-default (enforce)\n' },
    },
    /AppArmor profile docker-default hides/,
    /apparmor=unconfined/,
  ],
  [
    'it does not see the pids of the machine',
    { links: { '/proc/self/ns/pid': 'pid:[4026532561]' } },
    /pid namespace of its own/,
    /hostPID: true/,
  ],
])('the sensor runs where %s, and says what is lost', (_where, changes, what, remedy) => {
  const missing = probeMachine(machine(changes));
  expect(missing).toHaveLength(1);
  expect(missing[0]).toMatchObject({ isFatal: false });
  expect(missing[0]?.what).toMatch(what);
  expect(missing[0]?.remedy).toMatch(remedy);
  expect(() => {
    requireFeatures(missing);
  }).not.toThrow();
});

test('a first process that hides is no sign of anything by itself', () => {
  expect(probeMachine(machine({ links: { '/proc/1/exe': 'forbidden' } }))).toEqual([]);
});

test('a profile that lets other processes be seen is nobody’s loss', () => {
  expect(probeMachine(machine({ files: { '/proc/self/attr/current': 'own (enforce)\n' } }))).toEqual([]);
});
