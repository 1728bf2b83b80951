import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cgroupEngines, matchCgroup } from './cgroup-matchers.ts';

const id = '0123456789abcdef'.repeat(4);
const short = id.slice(0, 12);
const other = 'fedcba9876543210'.repeat(4);

describe('containers by control group', () => {
  test.each([
    [`/machine.slice/libpod-${id}.scope`, 'podman', short],
    [`/machine.slice/libpod-${id}.scope/container`, 'podman', short],
    [`/libpod-payload-${id}`, 'podman', short],
    [`/docker/${id}`, 'docker', short],
    [`/system.slice/docker-${id}.scope`, 'docker', short],
    [`/kubepods/besteffort/pod1/${id}`, 'docker', short],
    [`/kubepods/besteffort/pod1/crio-${id}`, 'cri', short],
    [`/kubepods.slice/cri-containerd-${id}.scope`, 'cri', short],
    [`/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:${id}`, 'cri', short],
    [`/default/nerdctl-${id}.scope`, 'cri', short],
    ['/default/redis', 'containerd', 'redis'],
    ['/k8s.io/a-long-container-name', 'containerd', 'a-long-conta'],
    ['/lxc.payload.web/init.scope', 'lxc', 'web'],
    ['/lxc.payload/web/x', 'containerd', 'web/x'],
    ['/lxc/web', 'containerd', 'web'],
    ['/machine/web.libvirt-lxc', 'containerd', 'web.libvirt-'],
    ['machine/web.libvirt-lxc', 'libvirt_lxc', 'web'],
    ['/machine.slice/machine-lxc\\x2d2293906\\x2dweb.scope/libvirt', 'containerd', 'machine-lxc\\'],
    ['/machine-lxc\\x2d2293906\\x2dweb.scope', 'libvirt_lxc', '2293906\\x2dweb'],
    ['/system.slice/bpm-job_1.2.scope', 'bpm', 'job_1.2'],
    // Podman: of root with either driver, of a user, with a group for the container's own systemd.
    [`/libpod_parent/libpod-${id}`, 'podman', short],
    [`/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope`, 'podman', short],
    [
      `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope/container`,
      'podman',
      short,
    ],
    [`/machine.slice/machine-libpod_pod_${other}.slice/libpod-${id}.scope`, 'podman', short],
    // Docker of a user.
    [`/user.slice/user-1000.slice/user@1000.service/app.slice/docker-${id}.scope`, 'docker', short],
    // Pods by quality of service, with either driver; k3s, RKE2, k0s and microk8s have the same.
    [`/kubepods/pod1e2d/${id}`, 'docker', short],
    [`/kubepods/burstable/pod1e2d/${id}`, 'docker', short],
    [`/kubepods.slice/kubepods-pod1e2d.slice/cri-containerd-${id}.scope`, 'cri', short],
    [
      `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1e2d.slice/cri-containerd-${id}.scope`,
      'cri',
      short,
    ],
    [
      `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1e2d.slice/crio-${id}.scope`,
      'cri',
      short,
    ],
    [
      `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1e2d.slice/crio-${id}.scope/container`,
      'cri',
      short,
    ],
    [
      `/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod1e2d.slice/cri-containerd-${id}.scope`,
      'cri',
      short,
    ],
    [`/actions_job/${id}`, 'docker', short],
    // A container in a container is the inner one; what a container makes below its own group is still in it.
    [`/docker/${other}/docker/${id}`, 'docker', short],
    [`/docker/${other}/kubelet/kubepods/besteffort/pod1e2d/${id}`, 'docker', short],
    [`/docker/${id}/init.scope`, 'docker', short],
    [`/docker/${id}/system.slice/nginx.service`, 'docker', short],
    [`/system.slice/docker-${id}.scope/init.scope`, 'docker', short],
    [`/kubepods/besteffort/pod1e2d/${id}/a/b/c`, 'docker', short],
    [
      `/kubepods.slice/kubepods-pod1e2d.slice/cri-containerd-${id}.scope/system.slice/cron.service`,
      'cri',
      short,
    ],
  ])('%s is of %s', (cgroup, engine, containerId) => {
    expect(matchCgroup(cgroup, cgroupEngines)).toEqual({ engine, containerId });
  });

  test.each([
    '/',
    '',
    '/user.slice/user-1000.slice/session-3.scope',
    '/system.slice/nginx.service',
    '/init.scope',
    `/docker/${id}0`,
    '/system.slice/bpm-a b.scope',
    `/machine.slice/libpod-conmon-${id}.scope`,
    `/kubepods.slice/kubepods-pod1e2d.slice/crio-conmon-${id}.scope`,
    '/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1e2d.slice',
    '/system.slice/containerd.service',
    '/system.slice/docker.service',
  ])('%s is of the host', (cgroup) => {
    expect(matchCgroup(cgroup, cgroupEngines)).toBeNull();
  });

  test('only the engines that are asked for are tried', () => {
    expect(matchCgroup(`/docker/${id}`, ['podman', 'bpm'])).toBeNull();
    expect(matchCgroup('/lxc/web', ['lxc'])).toEqual({ engine: 'lxc', containerId: 'web' });
  });

  test('any path is answered', () => {
    const piece = fc.constantFrom(
      '/',
      id,
      '.scope',
      'libpod-',
      'lxc',
      '-lxc\\x2',
      'bpm-',
      'docker-',
      '.',
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const match = matchCgroup(pieces.join(''), cgroupEngines);
        expect(match === null || pieces.join('').includes(match.containerId)).toBe(true);
      }),
    );
  });
});
