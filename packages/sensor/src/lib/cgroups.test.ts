import { expect, test } from 'vitest';
import { parseCgroups } from './cgroups.ts';

test('controllers get the names that Falco shows', () => {
  expect(parseCgroups(['cpuset_cgroup=/a', 'perf_cgroup=/', 'mem=/b=c', 'io=/', 'cpu='])).toEqual([
    ['cpuset', '/a'],
    ['perf_event', '/'],
    ['memory', '/b=c'],
    ['blkio', '/'],
    ['cpu', ''],
  ]);
});

test('a list with an entry of another form is none', () => {
  expect(parseCgroups(['cpu=/', 'memory'])).toBeNull();
});
