import { latin1, sockaddr, socktuple } from '../../packages/engine/src/testkit/index.ts';
import { execveatEvent } from './default-tree.ts';
import type { EvalBench } from './eval-bench.ts';
import {
  buffer,
  client4,
  client6,
  clientPort,
  serverAddress4,
  serverAddress6,
  serverPort,
  server4,
  server6,
  tuple4,
  tuple6,
  Turns,
  type Values,
} from './eval-values.ts';

/** What the case file leaves out of a test. */
export interface EvalSetup {
  /** Values of expressions. */
  readonly values?: () => Values;
  /** What the test does before the step with that index. */
  readonly before?: Readonly<Record<number, (bench: EvalBench) => void>>;
  /** Steps that cannot hold here, with the reason (see known-differences.md). */
  readonly without?: { readonly reason: string; readonly steps: 'all' | readonly number[] };
}

const otherServer = { address: '152.40.111.222', port: 25632 };
const otherClient = { address: '80.9.11.45', port: 12 };
const emptyPath = 1;

const samplePlugin = 'a sample plugin of that test counts events, or makes them';

/** By the name of the test. */
export const evalSetups: Readonly<Record<string, EvalSetup>> = {
  event_category: { values: () => ({ fd: 4, mountfd: 5 }) },
  path_too_long: {
    values: () => ({
      fd: 3,
      'long_path.c_str()': ['', 'A', 'B', 'C'].map((char) => char.repeat(1000)).join('/'),
    }),
  },
  creates_fd_generic: { values: () => ({ fd1: 3 }) },
  umount2: { values: () => ({ 'std::to_string(res)': '0' }) },
  eventfd2: { values: () => ({ 'std::to_string(res)': '22' }) },
  fchmod: { values: () => ({ flags: 3 }) },
  net_ipv6_multiple_connects: {
    values: () => ({
      [buffer('socktuple')]: new Turns(tuple6, socktuple(client6, clientPort, server6, 8)),
      [buffer('server2_sockaddr')]: sockaddr(server6, 8),
      new_fd_name: `${client6}:${clientPort}->${server6}:8`,
    }),
    before: { 14: (bench) => bench.inject('SOCKET_CONNECT_E', 1, [4, sockaddr(server6, 8)]) },
  },
  net_bind_listen_accept_ipv4: {
    values: () => ({ fdname: `${server4}:${serverPort}`, return_value: 0, server_fd: 4 }),
  },
  net_bind_listen_accept_ipv6: {
    values: () => ({
      fdname: `${server6}:${serverPort}`,
      return_value: 0,
      server_fd: 4,
      [buffer('server_sockaddr')]: serverAddress6,
      [buffer('st')]: tuple6,
    }),
  },
  net_connect_exit_event_fails: {
    values: () => ({
      fdname: `${client4}:${clientPort}->${server4}:${serverPort}`,
      [buffer('socktuple')]: new Turns(
        tuple4,
        socktuple(client4, clientPort, otherServer.address, otherServer.port),
      ),
      [buffer('server_sockaddr')]: new Turns(serverAddress4, sockaddr(otherServer.address, otherServer.port)),
    }),
    before: {
      5: (bench) => bench.inject('SOCKET_CONNECT_E', 1, [4, sockaddr(otherServer.address, otherServer.port)]),
    },
  },
  net_connect_enter_event_is_empty: {
    values: () => ({
      fdname: `${client4}:${clientPort}->${server4}:${serverPort}`,
      [buffer('socktuple')]: new Turns(
        tuple4,
        socktuple(otherClient.address, otherClient.port, otherServer.address, otherServer.port),
      ),
    }),
    before: { 4: (bench) => bench.inject('SOCKET_CONNECT_E', 1, [4, null]) },
  },
  net_ipv6_compare: { values: () => ({ [buffer('socktuple')]: tuple6 }) },
  event_sources: {
    values: () => ({
      plugindata: latin1('hello world\0'),
      'std::string(mock_plugin_get_event_source())': 'sample_source',
    }),
  },
  execveat_empty_path_flag: execveat(3, 3, '<NA>', emptyPath),
  execveat_relative_path: execveat(3, 3, 'file', 0),
  execveat_invalid_path: execveat(3, 3, '<NA>', 0),
  execveat_absolute_path_s390: execveat(2, 0, '/tmp/s390/file', 0),
  chdir_fchdir: { values: () => ({ dirfd: 3 }) },
  pid_over_32bit: {
    values: () => ({
      parent_pid: 1,
      child_pid: 0x1_0000_0010,
      child_vpid: 2,
      child2_pid: 0x1_0000_0100,
      child2_vpid: 3,
      fdlimit: 1024,
      pgft_maj: 0,
      [buffer('cgroupsv')]: [
        'cpuset=/',
        'cpu=/user.slice',
        'memory=/user.slice/user-1000.slice/session-1.scope',
      ],
      [buffer('argsv')]: ['--help'],
      [buffer('envv')]: ['SHELL=/bin/bash', 'PWD=/home/user', 'HOME=/home/user'],
    }),
  },
  setuid_setgid: { values: () => ({ errno_success: 0 }) },
  execve_empty_params: {
    // The shape of the test runs one condition; the second step is the branch for conditions that do not hold.
    values: () => ({ filter_str: new Turns('proc.pid exists', 'not proc.pid exists') }),
  },
  bytebuf_bcontains_bstartswith: {
    values: () => ({ 'scap_const_sized_buffer {read_buf,sizeof(read_buf)}': 'hello' }),
  },
  EVT_FILTER_data_buffer_str: {
    values: () => ({ read_size: 4, 'scap_const_sized_buffer {read_buf,read_size }': 'gigi' }),
  },
  PROC_FILTER_pexepath_aexepath: {
    values: () => ({ 'get_field_as_string(evt,"proc.pexepath")': '/usr/bin/p5_t1_trusted_exepath' }),
  },
  PROC_FILTER_pgid_family: {
    values: () => ({
      'std::to_string(p1_t1_pid)': '2',
      'std::to_string(p3_t1_tid)': '72',
      'std::to_string(random_pgid)': '100000',
      ...Object.fromEntries(
        ['p1_t1', 'p2_t1', 'p3_t1'].flatMap((name) =>
          ['comm', 'exe', 'exepath'].map((property) => [
            `${name}_tinfo->get_${property}()`,
            `${name}_${property}`,
          ]),
        ),
      ),
    }),
    before: {
      1(bench) {
        bench.change(72, { pgid: 2 });
        bench.change(2, { comm: 'p1_t1_comm', exe: 'p1_t1_exe', exePath: 'p1_t1_exepath' });
      },
      7: (bench) =>
        bench.change(72, { pgid: 72, comm: 'p3_t1_comm', exe: 'p3_t1_exe', exePath: 'p3_t1_exepath' }),
      13(bench) {
        bench.change(72, { pgid: 100_000 });
        bench.change(25, { pgid: 100_000, comm: 'p2_t1_comm', exe: 'p2_t1_exe', exePath: 'p2_t1_exepath' });
      },
    },
  },
  STATIC_FILTER_suggested_output: {
    without: { reason: 'a field that the embedding program of that test defines', steps: [3] },
  },
  USER_FILTER_extract_from_existent_user_entry: {
    before: {
      2(bench) {
        bench.change(1, { uid: 1000, gid: 1000, loginuid: 0 });
        bench.setUser({ uid: 1000, gid: 1000, name: 'foo', home: '/foo', shell: '/bin/bash' });
      },
      9: (bench) => bench.removeUser(1000),
      15: (bench) => bench.setUser({ uid: 1000, gid: 1000, name: 'bar', home: '/bar', shell: '/bin/bash' }),
    },
  },
  parse_brk_updated_prog_break: {
    values: () => ({
      'std::to_string(vm_size)': '294',
      'std::to_string(vm_rss)': '295',
      'std::to_string(vm_swap)': '296',
      'std::to_string(addr)': '8',
    }),
  },
  plugin_syscall_extract: {
    values: () => ({ 'scap_const_sized_buffer {&data,strlen(data)+1}': latin1('hello world\0') }),
  },
  plugin_custom_source: { without: { reason: samplePlugin, steps: 'all' } },
  plugin_syscall_parse: { without: { reason: samplePlugin, steps: 'all' } },
  plugin_syscall_async: { without: { reason: samplePlugin, steps: 'all' } },
};

// The enter event tells what the exit event of these tests does not.
function execveat(step: number, directory: number, path: string, flags: number): EvalSetup {
  return {
    before: {
      [step](bench) {
        bench.inject('SYSCALL_EXECVEAT_E', 1, [directory, path, flags]);
        bench.injectAll([execveatEvent()]);
      },
    },
  };
}
