import type { EventView } from '../event.ts';
import { testEvent, testFd, testFds, testState, testThread } from './index.ts';

/** As long as what the default rules print, with what is appended to it by default. */
export const benchOutput =
  'Sensitive file opened for reading by non-trusted program | file=%fd.name gparent=%proc.aname[2] ggparent=%proc.aname[3] gggparent=%proc.aname[4] evt_type=%evt.type user=%user.name user_uid=%user.uid user_loginuid=%user.loginuid process=%proc.name proc_exepath=%proc.exepath parent=%proc.pname command=%proc.cmdline terminal=%proc.tty container_id=%container.id container_name=%container.name container_image_repository=%container.image.repository container_image_tag=%container.image.tag k8s_pod_name=%k8s.pod.name k8s_ns_name=%k8s.ns.name';

/** What such an output is printed of. */
export function benchEvent(): EventView {
  const parent = testThread({ tid: 5, pid: 5, comm: 'bash', exe: 'bash' });
  const file = testFd({ name: '/etc/shadow', nameRaw: '/etc/shadow' });
  const thread = testThread({
    tid: 6,
    pid: 6,
    ptid: 5,
    comm: 'cat',
    args: ['/etc/shadow'],
    exePath: '/usr/bin/cat',
    parent,
    fds: testFds({ 3: file }),
  });
  const state = testState({
    user: (_, uid) => ({ uid, gid: 0, name: 'root', home: '/root', shell: '/bin/sh' }),
  });
  const params = [3, -100, '/etc/shadow', 1, 0, 0, 0];
  return testEvent('SYSCALL_OPENAT_2_X', params, {
    thread,
    state,
    fd: file,
    fdNum: 3,
    ts: 1_795_407_474_897_387_538n,
  });
}

/** Alerts a second of something that is done with each. */
export function alertsPerSecond(take: (event: EventView, index: number) => string): number {
  const event = benchEvent();
  const start = performance.now();
  let length = 0;
  for (let i = 0; i < rounds; i++) {
    // Another ns each time, as in a stream of events.
    event.tsLo++;
    length += take(event, i).length;
  }
  return length === 0 ? 0 : (rounds * 1000) / (performance.now() - start);
}

const rounds = 50_000;
