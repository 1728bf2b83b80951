import type { EventView } from '../event.ts';
import { fieldClasses } from '../fields/registry.gen.ts';
import { createFieldLookup } from '../resolve/lookup.ts';
import { testEvent, testFd, testFds, testState, testThread } from '../testkit/index.ts';
import { alertWriter, type AlertWriter } from './alert-writer.ts';
import { compileOutput } from './output.ts';

const rounds = 50_000;

// As long as what the default rules print, with what is appended to it by default.
const text =
  'Sensitive file opened for reading by non-trusted program | file=%fd.name gparent=%proc.aname[2] ggparent=%proc.aname[3] gggparent=%proc.aname[4] evt_type=%evt.type user=%user.name user_uid=%user.uid user_loginuid=%user.loginuid process=%proc.name proc_exepath=%proc.exepath parent=%proc.pname command=%proc.cmdline terminal=%proc.tty container_id=%container.id container_name=%container.name container_image_repository=%container.image.repository container_image_tag=%container.image.tag k8s_pod_name=%k8s.pod.name k8s_ns_name=%k8s.ns.name';

function benchEvent(): EventView {
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

function benchWriter(): AlertWriter {
  const result = compileOutput(text, { fields: createFieldLookup(fieldClasses), source: 'syscall' });
  if (!result.ok) {
    throw new Error(result.message);
  }
  const tags = ['T1555', 'container', 'filesystem', 'host', 'maturity_stable', 'mitre_credential_access'];
  const rule = 'Read sensitive file untrusted';
  return alertWriter(
    { rule, source: 'syscall', priority: 'Warning', tags, output: result.output },
    { hostname: 'demo' },
  );
}

function perSecond(write: (event: EventView) => string): number {
  const event = benchEvent();
  const start = performance.now();
  let length = 0;
  for (let i = 0; i < rounds; i++) {
    // Another ns each time, as in a stream of events.
    event.tsLo++;
    length += write(event).length;
  }
  return length === 0 ? 0 : (rounds * 1000) / (performance.now() - start);
}

export const benchmarks = [
  { id: 'alert-json', unit: 'alerts/s', bar: '200,000', run: () => perSecond(benchWriter().json) },
  { id: 'alert-text', unit: 'alerts/s', bar: '300,000', run: () => perSecond(benchWriter().text) },
];
