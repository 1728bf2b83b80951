import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readScope, type ScopeContext } from './scope.ts';

const id = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
const cgroupRoot = mkdtempSync(join(tmpdir(), 'lanner-cgroup-'));
const unified = join(cgroupRoot, 'unified', 'docker', id);
mkdirSync(unified, { recursive: true });
writeFileSync(join(unified, 'cgroup.procs'), '');
writeFileSync(join(unified, 'cgroup.controllers'), '');
mkdirSync(join(cgroupRoot, 'cpu', 'jobs'), { recursive: true });
writeFileSync(join(cgroupRoot, 'cpu', 'jobs', 'cgroup.procs'), '');
afterAll(() => {
  rmSync(cgroupRoot, { recursive: true });
});

const cgroups: Record<number, [string, string][]> = {
  1: [['cpu', '/']],
  10: [['cpu', `/docker/${id}`]],
  11: [['cpu', `/docker/${id}/child`]],
  20: [['cpu', '/jobs/one']],
  21: [['cpu', '/jobs-other']],
};
const context: ScopeContext = {
  cgroupRoot,
  processes: {
    processIds: () => Object.keys(cgroups).map(Number),
    cgroupsOf: (pid) => cgroups[pid] ?? [],
    mountNamespaceOf: (pid) => (pid === 10 || pid === 11 ? 42 : 1),
  },
};

test('without an option the whole machine is meant', () => {
  expect(readScope({}, context)).toBeNull();
});

test('processes are named by their ids', () => {
  expect(readScope({ pid: ['20', '21'], scope: ['pid:20'] }, context)).toEqual({
    pids: [20, 21],
    cgroups: [],
    mountNamespaces: [],
  });
});

test('a control group is its processes and those below it, of any hierarchy', () => {
  expect(readScope({ cgroup: ['jobs/'] }, context)).toEqual({ pids: [20], cgroups: [], mountNamespaces: [] });
});

test('a container is found by the beginning of its id; who joins it later is known by control group and namespace', () => {
  expect(readScope({ scope: [`container:${id.slice(0, 12)}`] }, context)).toEqual({
    pids: [10, 11],
    cgroups: [statSync(unified, { bigint: true }).ino],
    mountNamespaces: [42],
  });
});

test.each([
  ['pid:99', 'there is no process 99'],
  ['pid:x', 'there is no process x'],
  ['cgroup:/absent', 'there is no control group /absent'],
  ['cgroup:../x', 'there is no control group ../x'],
  ['container:abc', "'abc' is no id of a container"],
  ['container:ffffffffffff', 'no process runs in a container ffffffffffff'],
  ['host', "'host' is no scope"],
])('%s is refused: %s', (word, message) => {
  expect(() => readScope({ scope: [word] }, context)).toThrow(message);
});
