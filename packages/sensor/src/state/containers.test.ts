import { parseIpv4 } from '@lanner/engine';
import { describe, expect, test } from 'vitest';
import { parseCgroupFile } from '../proc/thread.ts';
import { containerWith } from './container-json.ts';
import { Containers } from './containers.ts';
import { newCounters } from './counters.ts';
import { Threads } from './threads.ts';

const sizes = { maxContainers: 3, maxCgroups: 4 };

function threadIn(...paths: string[]) {
  const thread = new Threads(10, newCounters(), () => undefined).create(5);
  thread.cgroups = paths.map((path) => ['cpu', path] as const);
  return thread;
}

test('the first control group that names a container decides', () => {
  const containers = new Containers(sizes, newCounters());
  const thread = threadIn('/', '', '/lxc.payload.web/init.scope', '/default/redis');
  containers.attach(thread);
  expect(thread.containerId).toBe('web');
  expect(containers.get('web')).toMatchObject({ id: 'web', type: 'lxc', name: '' });
});

test('a container of an engine that can be asked has no metadata before they come', () => {
  const containers = new Containers(sizes, newCounters());
  const thread = threadIn(`/docker/${'ab'.repeat(32)}`);
  containers.attach(thread);
  expect(thread.containerId).toBe('abababababab');
  expect(containers.get('abababababab')).toBeNull();
});

test('the host is a container of its own that nothing replaces or removes', () => {
  const containers = new Containers(sizes, newCounters());
  const thread = threadIn('/user.slice');
  containers.attach(thread);
  containers.set(containerWith({ id: '', name: 'intruder' }));
  containers.delete('');
  expect(containers.get(thread.containerId)).toMatchObject({
    id: 'host',
    fullId: 'host',
    name: 'host',
    type: 'host',
  });
});

test('a static container holds everybody', () => {
  const staticContainer = {
    id: 's',
    name: 'n',
    image: 'i:1',
    imageRepository: 'i',
    imageTag: '1',
    imageDigest: '',
  };
  const containers = new Containers({ ...sizes, staticContainer }, newCounters());
  const thread = threadIn('/');
  containers.attach(thread);
  expect(containers.get(thread.containerId)).toMatchObject({ id: 's', name: 'n', type: '' });
});

test('the oldest containers and control groups go when there are too many', () => {
  const counters = newCounters();
  const containers = new Containers(sizes, counters);
  for (let i = 0; i < 10; i++) {
    containers.attach(threadIn(`/lxc.payload.c${i}/x.scope`));
  }
  expect(containers.size).toBe(3);
  expect(containers.cgroupCount).toBe(4);
  expect([counters.nEvictedContainers, counters.nEvictedCgroups]).toEqual([7, 6]);
  expect(containers.get('c0')).toBeNull();
  expect(containers.get('c9')).not.toBeNull();
});

test('addresses count as long as some container has them', () => {
  const containers = new Containers(sizes, newCounters());
  const address = parseIpv4('10.0.0.2') ?? '';
  containers.set(containerWith({ id: 'a', ip: '10.0.0.2' }));
  containers.set(containerWith({ id: 'b', ip: '10.0.0.2' }));
  containers.delete('a');
  expect(containers.hasAddress(address)).toBe(true);
  containers.set(containerWith({ id: 'b', ip: '' }));
  expect(containers.hasAddress(address)).toBe(false);
});

test('one that was announced is known to its first thread, and still asked about', () => {
  const unknown: string[] = [];
  const containers = new Containers({ ...sizes, onUnknown: (id) => unknown.push(id) }, newCounters());
  containers.announce(containerWith({ id: 'redis', image: 'redis:7' }));
  expect(containers.get('redis')).toBeNull();
  containers.attach(threadIn('/default/redis'));
  containers.attach(threadIn('/default/redis'));
  expect(containers.get('redis')?.image).toBe('redis:7');
  expect(unknown).toEqual(['redis']);
});

test('announcements are bounded', () => {
  const containers = new Containers(sizes, newCounters());
  for (let i = 0; i < 1025; i++) {
    containers.announce(containerWith({ id: `c${i}` }));
  }
  containers.attach(threadIn('/default/c0'));
  containers.attach(threadIn('/default/c1'));
  expect([containers.get('c0'), containers.get('c1')?.id]).toEqual([null, 'c1']);
});

test('what comes after the end of a container that was not known is said to be late, once', () => {
  const containers = new Containers(sizes, newCounters());
  containers.end('gone');
  expect([containers.forgetEnded('gone'), containers.forgetEnded('gone')]).toEqual([true, false]);
  containers.end('again');
  containers.attach(threadIn('/default/again'));
  expect(containers.forgetEnded('again')).toBe(false);
  containers.set(containerWith({ id: 'known' }));
  containers.end('known');
  expect([containers.get('known'), containers.forgetEnded('known')]).toEqual([null, false]);
});

describe('a process is found in its container by the file of its control groups', () => {
  const id = '0123456789abcdef'.repeat(4);
  test.each([
    ['version 2', `0::/system.slice/docker-${id}.scope\n`],
    ['version 1', `12:pids:/docker/${id}\n11:cpu,cpuacct:/docker/${id}\n1:name=systemd:/docker/${id}\n`],
    [
      'hybrid',
      `2:memory:/kubepods/pod1/${id}\n1:name=systemd:/kubepods/pod1/${id}\n0::/kubepods/pod1/${id}\n`,
    ],
    ['hybrid, with controllers left to the host', `3:hugetlb:/\n2:memory:/docker/${id}\n0::/\n`],
    [
      'hybrid, with the unified hierarchy of a service',
      `1:name=systemd:/docker/${id}\n0::/system.slice/docker.service\n`,
    ],
  ])('%s', (_, text) => {
    const containers = new Containers(sizes, newCounters());
    const thread = threadIn(...parseCgroupFile(text).map(([, path]) => path));
    containers.attach(thread);
    expect(thread.containerId).toBe(id.slice(0, 12));
  });
});
