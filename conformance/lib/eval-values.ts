import { flagTables } from '../../packages/engine/src/event-table.ts';
import type { TestParam } from '../../packages/engine/src/testkit/index.ts';
import { sockaddr, socktuple } from '../../packages/engine/src/testkit/index.ts';
import type { Operand } from './eval-cases.ts';

/** Values that an expression has one after the other; the last one stays. */
export class Turns {
  readonly #values: readonly TestParam[];
  #next = 0;

  constructor(...values: TestParam[]) {
    this.#values = values;
  }

  take(): TestParam {
    const value = this.#values[Math.min(this.#next, this.#values.length - 1)];
    this.#next++;
    return value ?? null;
  }
}

export type Values = Readonly<Record<string, TestParam | Turns>>;

export const client4 = '172.40.111.222';
export const server4 = '142.251.111.147';
export const client6 = '::1';
export const server6 = '2001:4860:4860::8888';
export const clientPort = 54321;
export const serverPort = 443;
export const socketFd = 4;

export const tuple4 = socktuple(client4, clientPort, server4, serverPort);
export const tuple6 = socktuple(client6, clientPort, server6, serverPort);
export const serverAddress4 = sockaddr(server4, serverPort);
export const serverAddress6 = sockaddr(server6, serverPort);

/** How the tests pack a buffer that they keep in two variables. */
export function buffer(name: string): string {
  return `scap_const_sized_buffer {${name}.data(),${name}.size()}`;
}

/** What expressions mean in every test. */
export const commonValues: Values = {
  INIT_TID: 1,
  INIT_PID: 1,
  INIT_PTID: 0,
  null_buf: null,
  empty_bytebuf: null,
  bytebuf_param: null,
  syscall_source_name: 'syscall',
  'path.c_str()': '/home/file.txt',
  'sinsp_test_input::socket_params::default_fd': socketFd,
  DEFAULT_IPV4_CLIENT_STRING: client4,
  DEFAULT_IPV4_SERVER_STRING: server4,
  DEFAULT_IPV6_CLIENT_STRING: client6,
  DEFAULT_IPV6_SERVER_STRING: server6,
  DEFAULT_CLIENT_PORT_STRING: String(clientPort),
  DEFAULT_SERVER_PORT_STRING: String(serverPort),
  DEFAULT_IPV4_FDNAME: `${client4}:${clientPort}->${server4}:${serverPort}`,
  DEFAULT_IPV6_FDNAME: `${client6}:${clientPort}->${server6}:${serverPort}`,
  [buffer('socktuple')]: tuple4,
  [buffer('st')]: tuple4,
  [buffer('server_sockaddr')]: serverAddress4,
  [buffer('server1_sockaddr')]: serverAddress6,
  // The tree of processes that `DEFAULT_TREE` makes.
  p1_t2_tid: 6,
  p2_t1_tid: 25,
  p3_t1_tid: 72,
  p3_t1_pid: 72,
  p3_t1_ptid: 25,
  p4_t1_tid: 76,
  p4_t1_pid: 76,
  p4_t1_ptid: 72,
  p4_t2_tid: 79,
  p5_t1_tid: 82,
  p5_t1_pid: 82,
  p5_t1_ptid: 79,
  p5_t2_tid: 84,
  p6_t1_tid: 87,
  p6_t1_pid: 87,
  p6_t1_ptid: 84,
};

/** The value of an operand: literal, given by the case, common, or flags by their names. */
export function valueOf(operand: Operand, own: Values): TestParam {
  if ('lit' in operand) {
    return operand.lit;
  }
  const value = own[operand.expr] ?? commonValues[operand.expr];
  if (value instanceof Turns) {
    return value.take();
  }
  if (value !== undefined) {
    return value;
  }
  const known = operand.expr in own || operand.expr in commonValues;
  return known ? null : flagsOf(operand.expr);
}

// For example `(uint32_t)PPM_O_RDWR |PPM_O_CREAT`.
function flagsOf(expression: string): number {
  const names = expression.replace(/\(u?int\d+_t\)/g, '').replace(/[()\s]/g, '');
  let bits = 0;
  for (const name of names.split('|')) {
    bits |= /^-?\d+$/.test(name) ? Number(name) : flag(name);
  }
  return bits;
}

function flag(name: string): number {
  const plain = name.replace(/^PPM_(CL_)?/, '');
  for (const table of Object.values(flagTables)) {
    const entry = table.find(([text]) => text === plain);
    if (entry !== undefined) {
      return entry[1];
    }
  }
  throw new Error(`nothing says what ${name} is`);
}
