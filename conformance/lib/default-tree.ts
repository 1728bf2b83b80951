import type { TestParam } from '../../packages/engine/src/testkit/index.ts';
import { threadFlags } from '../../packages/engine/src/state.ts';

/** One event of a test: type, thread and parameters. */
export interface Injected {
  readonly code: string;
  readonly tid: number;
  readonly params: readonly TestParam[];
}

interface Clone {
  /** 0 in the child. */
  readonly result: number;
  readonly tid: number;
  readonly pid: number;
  readonly ptid: number;
  readonly flags?: number;
  readonly vtid?: number;
  readonly vpid?: number;
}

const cloneThread = 1 << 13;
const cloneParent = 1 << 8;
const newPid = 1 << 6;
const inPidns = threadFlags.childInPidns;

/** The exit of a clone call of a process called `bash`. */
export function cloneEvent({ result, tid, pid, ptid, flags = 0, vtid = tid, vpid = pid }: Clone): Injected {
  return {
    code: 'SYSCALL_CLONE_20_X',
    tid,
    params: [
      ...[result, 'bash', null, tid, pid, ptid, '', 0, 0, 0, 0, 0, 0, 'bash', null],
      ...[flags, 0, 0, vtid, vpid, 0],
    ],
  };
}

/**
 * The processes that many tests start from. Process 1 (init) has the children 2 (with thread 6) and 25 (threads 23
 * and 24); below 25 come 72, and in a pid namespace of their own 76 (thread 79), 82, 84 and 87.
 */
export const defaultTree: readonly Injected[] = [
  cloneEvent({ result: 2, tid: 1, pid: 1, ptid: 0 }),
  cloneEvent({ result: 6, tid: 2, pid: 2, ptid: 1, flags: cloneThread }),
  cloneEvent({ result: 25, tid: 6, pid: 2, ptid: 1, flags: cloneParent }),
  cloneEvent({ result: 0, tid: 25, pid: 25, ptid: 1, flags: cloneParent }),
  cloneEvent({ result: 23, tid: 25, pid: 25, ptid: 1, flags: cloneThread }),
  cloneEvent({ result: 24, tid: 23, pid: 25, ptid: 1, flags: cloneThread }),
  cloneEvent({ result: 72, tid: 25, pid: 25, ptid: 1 }),
  cloneEvent({ result: 76, tid: 72, pid: 72, ptid: 25, flags: newPid }),
  cloneEvent({ result: 0, tid: 76, pid: 76, ptid: 72, flags: inPidns, vtid: 1, vpid: 1 }),
  cloneEvent({ result: 0, tid: 79, pid: 76, ptid: 72, flags: cloneThread | inPidns, vtid: 2, vpid: 1 }),
  cloneEvent({ result: 0, tid: 82, pid: 82, ptid: 79, flags: inPidns, vtid: 10, vpid: 10 }),
  cloneEvent({ result: 0, tid: 84, pid: 82, ptid: 79, flags: inPidns, vtid: 12, vpid: 10 }),
  cloneEvent({ result: 0, tid: 87, pid: 87, ptid: 84, flags: inPidns, vtid: 17, vpid: 17 }),
];

interface Exec {
  readonly result: number;
  readonly tid: number;
  readonly pid: number;
  readonly ptid: number;
  readonly path: string;
  readonly comm: string;
  readonly trustedPath?: string;
}

/** The exit of an execve call; what is not given is 0 or empty. */
export function execveEvent({
  result,
  tid,
  pid,
  ptid,
  path,
  comm,
  trustedPath = '/bin/test-exe',
}: Exec): Injected {
  return {
    code: 'SYSCALL_EXECVE_19_X',
    tid,
    params: [
      ...[result, path, null, tid, pid, ptid, '', 0, 0, 0, 0, 0, 0, comm, null, null],
      ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, trustedPath, 0, 0, path],
    ],
  };
}

/** The exit of an execve call of an old capture, without most of what kernels tell today. */
export function bareExecveEvent(pid: number, path: string, comm: string): Injected {
  const { code, params } = execveEvent({ result: 0, tid: pid, pid, ptid: pid, path, comm });
  return { code, tid: 1, params: params.map((value, i) => (i >= 18 && i <= 29 ? null : value)) };
}

/**
 * The exit of an execveat call that says nothing of the executable's path.
 */
export function execveatEvent(): Injected {
  return {
    code: 'SYSCALL_EXECVEAT_X',
    tid: 1,
    params: [
      ...[0, '<NA>', null, 1, 1, 1, '<NA>', 0, 0, 0, 0, 0, 0, '<NA>', null, null],
      ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null, 0, 0],
    ],
  };
}
