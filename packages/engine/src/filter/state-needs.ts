import { type EventInfo, eventId, eventTable } from '../event-table.ts';
import type { LiteralCheck, Plan } from '../plan.ts';
import { type Formula, or, rangeFormula } from './formula.ts';
import { necessaryFormula, type PushCache } from './pushdown.ts';
import { constant, type Pushdown } from './pushed.ts';
import { normalRanges, type Ranges } from './ranges.ts';

/**
 * What the state knows of descriptors.
 * - `history`: only what events have told, as in a capture.
 * - `verified`: the sensor reads the file (path, device, inode) behind the descriptors of an event at that event, so the
 *   state need not have seen files being opened and closed, and notices when an entry is out of date.
 */
export type DescriptorKnowledge = 'history' | 'verified';

/** Which events a rule looks at, and what of them. */
export interface StateUser {
  readonly name: string;
  readonly plan: Plan;
  readonly eventIds: ReadonlySet<number>;
  /** Names of the fields of condition and outputs, arguments included. */
  readonly fields: readonly string[];
}

export type StateFamily =
  'processes' | 'memory' | 'limits' | 'switches' | 'sockets' | 'files' | 'others' | 'closing';

/** Events that change the state, and when they do. */
const families: Readonly<Record<StateFamily, readonly string[]>> = {
  processes: [
    ...['CLONE_20', 'FORK_20', 'VFORK_20', 'CLONE3', 'EXECVE_19', 'EXECVEAT', 'CHDIR', 'FCHDIR', 'GETCWD'],
    ...['CHROOT', 'SETSID', 'PRCTL', 'SETUID', 'SETREUID', 'SETRESUID', 'SETGID', 'SETREGID', 'SETRESGID'],
    ...['CAPSET', 'UNSHARE', 'SETNS'],
  ],
  memory: ['BRK_4', 'MMAP', 'MMAP2', 'MUNMAP'],
  limits: ['GETRLIMIT', 'SETRLIMIT', 'PRLIMIT'],
  switches: [],
  sockets: [
    ...[
      'SOCKET',
      'SOCKETPAIR',
      'BIND',
      'CONNECT',
      'ACCEPT_5',
      'ACCEPT4_6',
      'RECVFROM',
      'RECVMSG',
      'RECVMMSG',
    ],
    ...['SENDTO', 'SENDMSG', 'SENDMMSG'],
  ],
  files: ['OPEN', 'CREAT', 'OPENAT_2', 'OPENAT2', 'OPEN_BY_HANDLE_AT'],
  others: [
    ...['PIPE', 'PIPE2', 'EVENTFD', 'EVENTFD2', 'SIGNALFD', 'SIGNALFD4', 'TIMERFD_CREATE', 'INOTIFY_INIT'],
    ...['INOTIFY_INIT1', 'BPF_2', 'USERFAULTFD', 'IO_URING_SETUP', 'EPOLL_CREATE', 'EPOLL_CREATE1'],
    ...['MEMFD_CREATE', 'PIDFD_OPEN'],
  ],
  closing: ['CLOSE', 'CLOSE_RANGE'],
};

/** Descriptors get second numbers, whatever they lead to. */
const duplicating = ['DUP_1', 'DUP2', 'DUP3', 'FCNTL', 'PIDFD_GETFD'];
/** Commands of fcntl that change descriptors. */
const fcntlDuplicates: Ranges = [
  [1, 1],
  [26, 26],
];
/** F_SETFD: which descriptors an execve closes. */
const fcntlFlags: Ranges = [[3, 3]];
const subreaper = rangeFormula(1, [[36, 36]]);

/** Kinds of descriptors as conditions name them, and the family whose events make them. */
const kinds: readonly { readonly family: StateFamily; readonly type: string; readonly letter: string }[] = [
  { family: 'files', type: 'file', letter: 'f' },
  { family: 'files', type: 'directory', letter: 'd' },
  { family: 'sockets', type: 'ipv4', letter: '4' },
  { family: 'sockets', type: 'ipv6', letter: '6' },
  { family: 'sockets', type: 'unix', letter: 'u' },
  { family: 'sockets', type: 'netlink', letter: 'n' },
  ...[
    ['pipe', 'p'],
    ['event', 'e'],
    ['signalfd', 's'],
    ['eventpoll', 'l'],
    ['inotify', 'i'],
    ['timerfd', 't'],
    ['bpf', 'b'],
    ['userfaultfd', 'u'],
    ['io_uring', 'r'],
    ['memfd', 'm'],
    ['pidfd', 'P'],
  ].map(([type = '', letter = '']) => ({ family: 'others' as const, type, letter })),
];

/** Values that only sockets of the internet families have. */
const ipFields =
  /^fd\.(?:[cslr]?(?:ip|net|port|proto)|l4proto|rip|lip|is_server|connected)(?:\.name)?$|^fd\.[cs]ip\.name$/;

const memoryFields = /^(?:proc|thread)\.(?:vm|pf)/;
const limitFields = /^proc\.fd(?:limit|usage)/;
const switchFields = /^thread\.(?:tot)?exectime|^thread\.pf/;
const allDescriptors = /^(?:fd\.types|proc\.fd(?:opencount|usage)|proc\.nfds|fdlist\.)/;
/** Fields that tell of descriptors by number or by what they lead to. */
const descriptorFields =
  /^(?:fd\.|evt\.args?\b|evt\.info|evt\.buflen|evt\.category|evt\.is_syslog|evt\.count)/;
/** Names and numbers, which the kernel does not know of a file that was opened before. */
const openedFields = /^fd\.nameraw$/;
const pathFields = /^(?:fd\.(?:name|directory|filename|container)|fs\.path\.|evt\.(?:abspath|args?\b|info))/;

/** Which families of events the state must see, and for which rules. */
export function stateNeeds(
  users: readonly StateUser[],
  knowledge: DescriptorKnowledge,
  cache: PushCache = new Map(),
): ReadonlyMap<StateFamily, ReadonlyMap<string, string>> {
  const needs = new Map<StateFamily, Map<string, string>>([['processes', new Map()]]);
  const need = (family: StateFamily, rule: string, reason: string): void => {
    const rules = needs.get(family) ?? new Map<string, string>();
    needs.set(family, rules);
    if (!rules.has(rule)) {
      rules.set(rule, reason);
    }
  };
  for (const user of users) {
    for (const [family, reason] of needsOf(user, { knowledge, cache })) {
      need(family, user.name, reason);
    }
  }
  return needs;
}

/** What keeps the state up to date: by event type, what an event must have to matter. */
export function stateFormulas(
  families: Iterable<StateFamily>,
  knowledge: DescriptorKnowledge,
): ReadonlyMap<number, Formula> {
  const formulas = new Map<number, Formula>();
  const add = (name: string): void => {
    formulas.set(idOf(name), or(formulas.get(idOf(name)) ?? false, formulaOf(name, knowledge)));
  };
  const needed = new Set(families);
  for (const family of needed) {
    namesOf(family).forEach(add);
  }
  if (needed.has('sockets') || needed.has('files') || needed.has('others')) {
    duplicating.forEach(add);
  }
  if (needed.has('switches')) {
    formulas.set(eventId('SCHEDSWITCH_6_E'), true);
  }
  return formulas;
}

function namesOf(family: StateFamily): readonly string[] {
  return families[family];
}

function formulaOf(name: string, knowledge: DescriptorKnowledge): Formula {
  switch (name) {
    case 'FCNTL':
      // An entry that an execve has closed is noticed where descriptors are verified.
      return rangeFormula(
        2,
        normalRanges([...fcntlDuplicates, ...(knowledge === 'history' ? fcntlFlags : [])]),
      );
    case 'PRCTL':
      return subreaper;
    default:
      return true;
  }
}

function idOf(name: string): number {
  const socket = families.sockets.includes(name);
  return eventId(`${socket ? 'SOCKET' : 'SYSCALL'}_${name}_X`);
}

interface NeedScope {
  readonly knowledge: DescriptorKnowledge;
  readonly cache: PushCache;
}

function* needsOf(user: StateUser, scope: NeedScope): Iterable<readonly [StateFamily, string]> {
  for (const field of user.fields) {
    if (memoryFields.test(field)) {
      yield ['memory', field];
    }
    if (limitFields.test(field)) {
      yield ['limits', field];
    }
    if (switchFields.test(field)) {
      yield ['switches', field];
    }
    if (allDescriptors.test(field)) {
      for (const family of ['files', 'sockets', 'others', 'closing'] as const) {
        yield [family, field];
      }
    }
  }
  yield* descriptorNeeds(user, scope);
}

function* descriptorNeeds(user: StateUser, scope: NeedScope): Iterable<readonly [StateFamily, string]> {
  const read = user.fields.find((field) => descriptorFields.test(field));
  const path = user.fields.find((field) => pathFields.test(field));
  for (const id of user.eventIds) {
    const info = eventTable[id] as EventInfo;
    const usesDirectory = info.params.some(({ dirfd }) => dirfd !== undefined);
    if (
      scope.knowledge === 'history' &&
      path !== undefined &&
      usesDirectory &&
      matches(user.plan, info, scope)
    ) {
      yield* [
        ['files', `${path} of ${info.name}`],
        ['closing', `${path} of ${info.name}`],
      ] as const;
    }
    if (read !== undefined && info.usesFd) {
      yield* usedDescriptors(user, info, read, scope);
    }
  }
}

function* usedDescriptors(
  { plan, fields }: StateUser,
  info: EventInfo,
  read: string,
  scope: NeedScope,
): Iterable<readonly [StateFamily, string]> {
  const reason = `${read} of ${info.name}`;
  const isTold = tellsFile(info);
  for (const { family, type, letter } of kinds) {
    if (!matches(plan, info, scope, (check) => checkOfKind(check, family, type, letter))) {
      continue;
    }
    const isRead =
      family === 'files' &&
      scope.knowledge === 'verified' &&
      isTold &&
      !fields.some((field) => openedFields.test(field));
    if (!isRead) {
      yield [family, reason];
    }
    if (scope.knowledge === 'history' || !isTold) {
      yield ['closing', reason];
    }
  }
}

/**
 * Whether events of the type say which file the descriptor that they use leads to. What has been closed can be read no
 * more, and of mappings only executable ones say it.
 */
export function tellsFile({ code, usesFd }: EventInfo): boolean {
  return usesFd && !/^SYSCALL_(?:CLOSE|CLOSE_RANGE|MMAP2?)_X$/.test(code);
}

/** Whether a plan can hold for events of a type, with what is given of some checks. */
function matches(
  plan: Plan,
  info: EventInfo,
  { cache }: NeedScope,
  assume: (check: LiteralCheck) => Pushdown | null = () => null,
): boolean {
  return necessaryFormula(plan, info, { assume, cache }) !== false;
}

function checkOfKind(
  check: LiteralCheck,
  family: StateFamily,
  type: string,
  letter: string,
): Pushdown | null {
  const { left } = check;
  if (left.kind !== 'field' || left.argument !== undefined) {
    return null;
  }
  switch (left.field.name) {
    case 'fd.type':
      return constant(check, type);
    case 'fd.typechar':
      return constant(check, letter);
    default:
      return family !== 'sockets' && ipFields.test(left.field.name) ? constant(check, null) : null;
  }
}
