import { type Behaviour, currentDirectory } from './behaviour.ts';

/** Behaviours that rules about the kernel live on. What would change something is asked for in a way that fails. */
export const kernelBehaviours: readonly Behaviour[] = [
  {
    id: 'ptrace',
    family: 'kernel',
    doc: 'Tries to attach to a process that does not exist.',
    condition: 'evt.type = ptrace and evt.arg.request contains PTRACE_ATTACH',
    act: ({ call }) => call('ptrace', 16, 0x3fffffff, 0, 0),
  },
  {
    id: 'bpf',
    family: 'kernel',
    doc: 'Tries to load an eBPF program that is none.',
    condition: 'evt.type = bpf and evt.arg.cmd contains BPF_PROG_LOAD',
    act: ({ call }) => call('bpf', 5, null, 0),
  },
  {
    id: 'module',
    family: 'kernel',
    doc: 'Tries to load a kernel module from no file.',
    condition: 'evt.type = finit_module',
    act: ({ call }) => call('finit_module', -1, '', 0),
  },
  {
    id: 'unshare',
    family: 'kernel',
    doc: 'Leaves what it shares of directories.',
    condition: 'evt.type = unshare',
    act: ({ call }) => call('unshare', 0x200),
  },
  {
    id: 'setns',
    family: 'kernel',
    doc: 'Tries to join a namespace that is none.',
    condition: 'evt.type = setns',
    act: ({ call }) => call('setns', -1, 0),
  },
  {
    id: 'userfaultfd',
    family: 'kernel',
    doc: 'Asks for page faults of its own.',
    condition: 'evt.type = userfaultfd',
    act: ({ call }) => call('userfaultfd', 1),
  },
  {
    id: 'io-uring',
    family: 'kernel',
    doc: 'Makes a queue for io_uring.',
    condition: 'evt.type = io_uring_setup',
    act: ({ call }) => call('io_uring_setup', 1, new Uint8Array(120)),
  },
  {
    id: 'memfd',
    family: 'kernel',
    doc: 'Makes a file in memory.',
    condition: 'evt.type = memfd_create and fd.name contains selftest-memory',
    act: ({ call }) => call('memfd_create', 'selftest-memory', 0),
  },
  {
    id: 'capset',
    family: 'kernel',
    doc: 'Sets the capabilities that it has.',
    condition: 'evt.type = capset',
    act({ call }) {
      const header = new Uint8Array(8);
      new DataView(header.buffer).setUint32(0, 0x2008_0522, true);
      const sets = new Uint8Array(24);
      call('capget', header, sets);
      call('capset', header, sets);
    },
  },
  {
    id: 'chroot',
    family: 'kernel',
    doc: 'Tries to change its root to a folder that does not exist.',
    condition: 'evt.type = chroot',
    act: ({ call, folder }) => call('chroot', `${folder}/selftest-absent`),
  },
  {
    id: 'open-by-handle',
    family: 'kernel',
    doc: 'Tries to open a file by a handle that is none.',
    condition: 'evt.type = open_by_handle_at',
    act: ({ call }) => call('open_by_handle_at', currentDirectory, new Uint8Array(8), 0),
  },
];
