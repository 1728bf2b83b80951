import {
  createFieldLookup,
  createFilter,
  deriveFilter,
  type EventView,
  eventSet,
  eventTable,
  fieldClasses,
  interpret,
  parseCondition,
  type Plan,
  resolveCondition,
} from '@lanner/engine';
import { sockaddr, socktuple, type TestParam } from '@lanner/engine/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bashTid, StateSession } from './testkit/state-session.ts';

// The law of the kernel filter: an event for which a rule's condition holds passes. The conditions and events below are
// made of few words, so that they meet often.

const fields = createFieldLookup(fieldClasses);
const names = ['etc', 'shadow', 'tmp', '.ssh', 'a', '..', '.', '', 'Lib.so', 'DIR_TOO_LONG', '(NULL)'];
const literals = [
  '/etc/shadow',
  '/etc',
  '/etc/',
  '/',
  'shadow',
  '.ssh/',
  '../',
  'lib',
  '/tmp/a',
  'LONG',
  'a',
  '.so',
];
const globs = ['/etc/*', '*/.ssh/*', '*shadow', '/t?p/[a-c]*', '*../*', '/[!e]*', '*lib*'];

const paths = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('/', '', './', '/home/joe/'),
      fc.array(fc.constantFrom(...names), { maxLength: 5 }),
    )
    .map(([start, parts]) => start + parts.join('/')),
  fc.constantFrom(...literals, `/etc/${'x'.repeat(995)}`, `/etc/${'y'.repeat(1030)}`),
);
const results = fc.constantFrom(3, 4, 7, 0, -1, -2, -13, -115, 1000);
const flags = fc.nat({ max: 0x1_ffff });
const ports = fc.constantFrom(22, 80, 443, 4444);

interface Step {
  readonly code: string;
  readonly params: readonly TestParam[];
}

function stepOf(code: string, ...params: readonly fc.Arbitrary<TestParam>[]): fc.Arbitrary<Step> {
  return fc.tuple(...params).map((values) => ({ code, params: values }));
}

const dirFds = fc.constantFrom(-100, 3, 4, 99);
const maybePath = fc.option(paths, { freq: 12 });
const steps: fc.Arbitrary<Step> = fc.oneof(
  stepOf(
    'SYSCALL_OPENAT_2_X',
    results,
    dirFds,
    maybePath,
    flags,
    fc.nat(0o777),
    fc.constant(1),
    fc.constant(2),
  ),
  stepOf('SYSCALL_OPENAT_2_X', results, dirFds, paths, flags),
  stepOf('SYSCALL_OPENAT2_X', results, dirFds, maybePath, flags, fc.nat(0o777), fc.constant(0)),
  stepOf('SYSCALL_OPEN_X', results, maybePath, flags, fc.nat(0o777), fc.constant(1), fc.constant(2)),
  stepOf('SYSCALL_CREAT_X', results, maybePath, fc.nat(0o777), fc.constant(1), fc.constant(2), fc.nat(3)),
  stepOf('SYSCALL_OPEN_BY_HANDLE_AT_X', results, fc.constant(3), flags, maybePath),
  stepOf('SYSCALL_UNLINKAT_2_X', results, dirFds, maybePath, fc.constantFrom(0, 512)),
  stepOf('SYSCALL_UNLINK_2_X', results, maybePath),
  stepOf('SYSCALL_MKDIRAT_X', results, dirFds, maybePath, fc.nat(0o777)),
  stepOf('SYSCALL_RENAMEAT2_X', results, dirFds, maybePath, dirFds, maybePath, fc.nat(3)),
  stepOf('SYSCALL_SYMLINKAT_X', results, maybePath, dirFds, maybePath),
  stepOf('SYSCALL_LINK_2_X', results, maybePath, maybePath),
  stepOf('SYSCALL_CHMOD_X', results, maybePath, fc.nat(0o777)),
  stepOf('SYSCALL_CHDIR_X', results, paths),
  stepOf(
    'SYSCALL_PTRACE_X',
    results,
    fc.constant(null),
    fc.constant(null),
    fc.constantFrom(0, 4, 16, 13, 99),
    fc.constant(7),
  ),
  stepOf('SOCKET_SOCKET_X', fc.constantFrom(5, -1), fc.constant(2), fc.constant(1), fc.constant(6)),
  stepOf(
    'SOCKET_CONNECT_X',
    fc.constantFrom(0, -115, -111),
    fc.option(
      ports.map((port) => socktuple('10.0.0.1', 40_000, '10.0.0.2', port)),
      { freq: 6 },
    ),
    fc.constant(5),
    fc.option(
      ports.map((port) => sockaddr('10.0.0.2', port)),
      { freq: 6 },
    ),
  ),
  stepOf('SYSCALL_DUP2_X', results, fc.constantFrom(3, 4, 5), fc.nat(9)),
  stepOf('GENERIC_X', fc.constantFrom(0, 37, 89, 181, 65_535), fc.constantFrom(35, 39, 63)),
);

const text = fc.constantFrom(
  ...['fd.name', 'fd.nameraw', 'fd.directory', 'fd.filename', 'fs.path.name', 'fs.path.nameraw'],
  ...['fs.path.source', 'fs.path.target', 'fs.path.sourceraw', 'evt.arg.name', 'evt.arg.path', 'evt.arg[1]'],
  ...['evt.arg[2]', 'evt.rawarg.name', 'proc.name', 'proc.cwd', 'fd.containername', 'evt.abspath'],
);
const textOperators = fc.constantFrom('=', '!=', 'startswith', 'endswith', 'contains', 'icontains');
const quote = (literal: string): string => `"${literal}"`;
const literalLists = fc
  .array(fc.constantFrom(...literals), { minLength: 1, maxLength: 3 })
  .map((list) => `(${list.map(quote).join(', ')})`);
const checks = fc.oneof(
  fc
    .tuple(text, textOperators, fc.constantFrom(...literals))
    .map(([field, operator, literal]) => `${field} ${operator} ${quote(literal)}`),
  fc
    .tuple(text, fc.constantFrom('glob', 'iglob'), fc.constantFrom(...globs))
    .map(([field, operator, glob]) => `${field} ${operator} ${quote(glob)}`),
  fc
    .tuple(
      text,
      fc.constantFrom('in', 'pmatch', 'startswith anyof', 'contains oneof', 'endswith allof', '!= allof'),
      literalLists,
    )
    .map((parts) => parts.join(' ')),
  fc
    .tuple(
      fc.constantFrom('evt.rawres', 'fd.num'),
      fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
      fc.constantFrom('0', '3', '-1', '-13'),
    )
    .map((parts) => parts.join(' ')),
  fc
    .tuple(
      fc.constantFrom('fd.port', 'fd.sport', 'fd.rport', 'fd.cport'),
      fc.constantFrom('=', '!=', '<', '>='),
      fc.constantFrom('80', '443', '4444'),
    )
    .map((parts) => parts.join(' ')),
  fc.constantFrom(
    ...[
      'evt.failed = true',
      'evt.failed = false',
      'evt.res = ENOENT',
      'evt.res startswith E',
      'evt.res = SUCCESS',
    ],
    ...[
      'evt.res != EACCES',
      'evt.is_open_read = true',
      'evt.is_open_write = false',
      'evt.is_open_exec = true',
    ],
    ...['evt.is_open_create = true', 'evt.is_open_create != true', 'evt.arg.flags contains O_TRUNC'],
    ...[
      'evt.arg.flags contains O_',
      'evt.arg.request contains PTRACE_ATTACH',
      'evt.arg.request in (PTRACE_TRACEME)',
    ],
    ...[
      'evt.arg.request != PTRACE_ATTACH',
      'fd.typechar = f',
      'fd.typechar != f',
      'fd.type = file',
      'fd.type in (ipv4, ipv6)',
    ],
    ...[
      'fd.typechar = 4',
      'fd.num exists',
      'fd.name exists',
      'evt.type = openat',
      'evt.type in (connect, unlink, dup2)',
    ],
    ...[
      'evt.type != openat',
      'evt.type = getpid',
      'syscall.type = nanosleep',
      'evt.dir = <',
      'evt.num = 0',
      'evt.num != 0',
    ],
    ...[
      'evt.num >= 1',
      'container.id = host',
      'container.id != host',
      'container.id in (host, abc)',
      'evt.is_io_read = true',
    ],
    ...[
      'evt.type.is.open = 1',
      'user.uid = 0',
      'fd.l4proto = tcp',
      'evt.rawarg.flags = 1',
      'evt.io_dir = read',
    ],
    ...['fd.name = val(fd.nameraw)', 'tolower(fd.name) contains lib', 'fd.name regex ".*shadow"'],
  ),
);
const conditions = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    checks,
    fc.array(tie('condition'), { minLength: 2, maxLength: 3 }).map((parts) => `(${parts.join(' and ')})`),
    fc.array(tie('condition'), { minLength: 2, maxLength: 3 }).map((parts) => `(${parts.join(' or ')})`),
    tie('condition').map((condition) => `not (${condition})`),
  ),
})).condition;

interface TestRule {
  readonly name: string;
  readonly plan: Plan;
  readonly eventIds: ReadonlySet<number>;
  readonly fields: readonly string[];
}

function ruleOf(condition: string): TestRule {
  const parsed = parseCondition(condition);
  if (!parsed.ok) {
    throw new Error(`${condition}: ${parsed.message}`);
  }
  const resolved = resolveCondition(parsed.expr, { fields, source: 'syscall' });
  if (!resolved.ok) {
    throw new Error(`${condition}: ${resolved.message}`);
  }
  return { name: condition, plan: resolved.plan, eventIds: eventSet(parsed.expr).ids, fields: [] };
}

function inContainer(event: EventView): boolean | null {
  return event.thread === null ? null : event.thread.containerId !== '';
}

describe.each([
  ['that knows containers', { inContainer }, {}],
  ['that does not', {}, {}],
  ['with hardly any room', {}, { maxAlternatives: 3, automaton: { maxStates: 40, maxTableBytes: 4096 } }],
] as const)('a filter %s', (_, knowledge, options) => {
  test('passes every event for which a rule holds', () => {
    fc.assert(
      fc.property(
        fc.array(conditions, { minLength: 1, maxLength: 4 }),
        fc.array(steps, { minLength: 1, maxLength: 12 }),
        (texts, events) => {
          const rules = texts.map(ruleOf);
          const passes = createFilter(
            deriveFilter(rules, { descriptors: 'verified', ...options }),
            knowledge,
          );
          const session = new StateSession();
          for (const { code, params } of events) {
            const event = session.apply(code, params, { tid: bashTid });
            const holding = rules.find(
              ({ plan, eventIds }) => eventIds.has(event.type) && interpret(plan)(event),
            );
            if (holding !== undefined && !passes(event)) {
              throw new Error(`dropped ${code} ${JSON.stringify(params)} although ${holding.name}`);
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

test('the law is not kept by passing everything', () => {
  const rule = ruleOf(
    'evt.type = openat and evt.is_open_read = true and fd.name startswith /etc/ and fd.num >= 0',
  );
  const passes = createFilter(deriveFilter([rule], { descriptors: 'verified' }));
  const session = new StateSession();
  expect(passes(session.open(3, '/etc/shadow'))).toBe(true);
  expect(passes(session.open(3, '/usr/lib/libc.so'))).toBe(false);
  expect(passes(session.open(-2, '/etc/shadow'))).toBe(false);
  // Nothing is said of what the working directory decides.
  expect(passes(session.open(3, 'shadow'))).toBe(true);
  expect(passes(session.open(3, '/usr/../etc/shadow'))).toBe(true);
  expect(passes(session.open(3, '/usr/.config/x'))).toBe(false);
});

test('names that Falco finds too long pass where a rule can want them', () => {
  const rule = ruleOf('evt.type in (open, openat) and fd.name contains TOO_LONG');
  const passes = createFilter(deriveFilter([rule], { descriptors: 'verified' }));
  const session = new StateSession();
  expect(passes(session.open(3, `/${'x'.repeat(1023)}`))).toBe(true);
  expect(passes(session.open(3, '/etc/shadow'))).toBe(false);
  session.apply('SYSCALL_CHDIR_X', [0, `/${'d'.repeat(1005)}`]);
  // openat does not look at the working directory for an absolute path, open does.
  expect(passes(session.open(3, '/etc/shadow'))).toBe(false);
  const opened = session.apply('SYSCALL_OPEN_X', [3, '/etc/security/some-long-name', 1, 0, 5, 77]);
  expect(interpret(rule.plan)(opened)).toBe(true);
  expect(passes(opened)).toBe(true);
});

test.each([
  ['evt.type = openat and fd.name = /etc/shadow', [], 'history', ['openat', 'close', 'dup2'], []],
  ['evt.type = openat and fd.name = /etc/shadow', [], 'verified', [], ['close', 'dup2', 'socket']],
  [
    'evt.type = dup2 and fd.type in (ipv4, ipv6)',
    ['fd.sip'],
    'history',
    ['socket', 'connect', 'close'],
    ['openat'],
  ],
  [
    'evt.type = dup2 and fd.type in (ipv4, ipv6)',
    ['fd.sip'],
    'verified',
    ['socket', 'dup2'],
    ['openat', 'close'],
  ],
  ['evt.type = read and fd.name = /etc/shadow', [], 'history', ['openat', 'close', 'read'], []],
  [
    'evt.type = read and fd.typechar = f and fd.nameraw = x',
    ['fd.nameraw'],
    'verified',
    ['openat'],
    ['socket'],
  ],
  ['evt.type = execve and proc.vmsize > 5', ['proc.vmsize'], 'verified', ['brk', 'mmap'], ['openat']],
  ['evt.type = execve', ['proc.fdlimit'], 'verified', ['prlimit', 'execve', 'clone'], ['brk', 'socket']],
] as const)(
  'the state of "%s" %o needs (%s) %o and not %o',
  (condition, printed, descriptors, needed, unneeded) => {
    const read = /\b(?:fd|proc|evt)\.[a-z]+/g;
    const rule = { ...ruleOf(condition), fields: [...(condition.match(read) ?? []), ...printed] };
    const { types } = deriveFilter([rule], { descriptors });
    const passing = new Set(
      eventTable.flatMap(({ id, name }) => (types[id]?.verdict === 'drop' ? [] : [name])),
    );
    expect(needed.filter((name) => !passing.has(name))).toEqual([]);
    expect(unneeded.filter((name) => passing.has(name))).toEqual([]);
  },
);

test('pmatch takes paths without a first slash, and with empty components', () => {
  const rule = ruleOf('evt.type = symlinkat and evt.arg[1] pmatch (/tmp/a)');
  const passes = createFilter(deriveFilter([rule]));
  const session = new StateSession();
  for (const target of ['tmp/a', '/tmp//a/b', '//tmp/a']) {
    const event = session.apply('SYSCALL_SYMLINKAT_X', [0, target, -100, 'link']);
    expect(interpret(rule.plan)(event)).toBe(true);
    expect(passes(event)).toBe(true);
  }
});
