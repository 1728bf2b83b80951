import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { expectSame, filterOf, loadedRules } from '../testkit/filtered.ts';
import { whyNoSensor } from '../testkit/scoped-run.ts';
import { alertsOf, TwoSensors } from '../testkit/two-sensors.ts';

// The brief way drops opens by what earlier ones have left (bpf/filter-brief.h): each case opens much that no rule wants
// first, with the same flags and on one processor, then what a wrong memory of it would drop or keep.
const python = '/usr/bin/python3';
const reason = whyNoSensor() ?? (existsSync(python) ? null : `needs ${python}`);
const sensors = reason === null ? await TwoSensors.open() : null;
const work = realpathSync(mkdtempSync(join(tmpdir(), 'lanner-brief-')));
afterAll(() => {
  sensors?.close();
  rmSync(work, { recursive: true });
});

/** What each case has: `plain` and `plainly` open what no rule wants, `look` opens and may fail. */
const prelude = `import ctypes, os
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
here = os.getcwd()
home = os.open('.', os.O_RDONLY)
READ = os.O_RDONLY
def look(path, flags=READ, at=None):
    try: os.close(os.open(path, flags, 0o600, dir_fd=at))
    except OSError: pass
def make(path):
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
def plainly(flags=READ, at=None):
    for i in range(3):
        look(here + '/plain', flags)
        look('plain', flags, at)
make(here + '/plain')
`;

interface Case {
  readonly what: string;
  /** Conditions of rules on opens, which are numbered from 0. */
  readonly rules: readonly string[];
  readonly code: string;
  /** Rules and paths of the alerts, the folder of the test left out. */
  readonly alerts: readonly string[];
}

const reads = 'evt.is_open_read = true';
const cases: readonly Case[] = [
  {
    what: 'the same flags, and a path that is wanted after many that are not',
    rules: [`${reads} and fd.name endswith /secret`],
    code: `make('secret'); plainly(); look(here + '/secret'); plainly(); look('secret'); look(here + '/secrets')`,
    alerts: ['0 /secret', '0 /secret'],
  },
  {
    what: 'a folder that is hidden: two marks side by side, and the name that the kernel knows',
    rules: [`${reads} and fd.name contains "/.ssh/"`],
    code: `make('u/.ssh/key'); plainly(); look(here + '/u/.ssh/key'); look('u/.ssh/key'); os.chdir('u/.ssh'); look('key')`,
    alerts: ['0 /u/.ssh/key', '0 /u/.ssh/key', '0 /u/.ssh/key'],
  },
  {
    what: 'a name with two dots',
    rules: [`${reads} and fd.nameraw contains ".."`, `${reads} and fd.name startswith /never`],
    code: `make('a..b/c'); plainly(); look(here + '/a..b/c'); look('a..b/c'); look(here + '/a..b/../plain')`,
    alerts: ['0 /a..b/c', '0 /a..b/c', '0 /plain'],
  },
  {
    what: 'a working directory with two dots, where nothing else is asked about',
    rules: [`${reads} and fd.name contains ".."`],
    code: `make('a..b/c'); plainly(); os.chdir('a..b'); look('c'); look('c')`,
    alerts: ['0 /a..b/c', '0 /a..b/c'],
  },
  {
    what: 'a working directory that gets another name between two opens',
    rules: [`${reads} and fd.name contains /secret/`],
    code: `make('one/plain'); os.chdir('one'); plainly(); os.rename('../one', '../secret'); look('plain')
os.rename('../secret', '../one'); look('plain')`,
    alerts: ['0 /secret/plain'],
  },
  {
    what: 'directories by their descriptors, by turns and one in the place of the other',
    rules: [`${reads} and fd.name contains /secret/`],
    code: `make('one/plain'); make('secret/plain'); one = os.open('one', READ); secret = os.open('secret', READ)
plainly(at=one)
for at in one, secret, one, secret: look('plain', at=at)
os.dup2(secret, one); look('plain', at=one); os.chdir('one'); look('plain'); os.chdir('../secret'); look('plain')`,
    alerts: ['0 /secret/plain', '0 /secret/plain', '0 /secret/plain', '0 /secret/plain'],
  },
  {
    what: 'a working directory that is no more',
    rules: [`evt.failed = true and fd.name contains /secret/`],
    code: `os.mkdir('one'); os.mkdir('secret'); os.chdir('one'); os.rmdir('../one')
for i in range(4): look('absent')
os.chdir(here + '/secret'); os.rmdir(here + '/secret'); look('absent'); look('absent')`,
    alerts: ['0 /secret/absent', '0 /secret/absent'],
  },
  {
    what: 'failure and success by turns',
    rules: [`evt.failed = true and fd.name endswith /a`, `${reads} and fd.name endswith /b`],
    code: `make('b'); plainly()
for i in range(3):
    look('a'); look('b'); look(here + '/a'); look(here + '/b'); look(here + '/absent'); look(here + '/plain')`,
    alerts: ['0 /a', '1 /b', '0 /a', '1 /b', '0 /a', '1 /b', '0 /a', '1 /b', '0 /a', '1 /b', '0 /a', '1 /b'],
  },
  {
    what: 'one failure and another, and one that has the place of success',
    rules: ['evt.res in (EEXIST, ELOOP) and fd.name endswith /plain'],
    code: `os.mkdir('a'); os.symlink(here + '/plain', 'a/plain')
for i in range(3):
    for path in 'absent/plain', 'plain': look(path, os.O_CREAT | os.O_EXCL)
    for path in 'plain', 'a/plain': look(here + '/' + path, os.O_NOFOLLOW)`,
    alerts: Array.from({ length: 3 }, () => ['0 /plain', '0 /a/plain']).flat(),
  },
  {
    what: 'two directories with paths of one length, and a path with a dot between their opens',
    rules: [`${reads} and fd.name endswith /two/plain`],
    code: `make('one/plain'); make('two/plain'); one = os.open('one', READ); two = os.open('two', READ); plainly(at=one)
for i in range(2): look('plain', at=one); look('./other', at=two); look('plain', at=two)`,
    alerts: ['0 /two/plain', '0 /two/plain'],
  },
  {
    what: 'one directory, of which reads ask less than writes',
    rules: [`${reads} and fd.name startswith /never`, 'evt.is_open_write = true and fd.name contains /two/'],
    code: `make('one/plain'); make('two/plain'); one = os.open('one', READ); two = os.open('two', READ)
plainly(os.O_WRONLY, one); plainly(at=two); look('plain', os.O_WRONLY, two)`,
    alerts: ['1 /two/plain', '1 /two/plain'],
  },
  {
    what: 'more flags than are remembered, by turns',
    rules: [
      `evt.is_open_write = true and fd.name endswith /secret`,
      'evt.arg.flags contains O_TRUNC and fd.name endswith /secret',
    ],
    code: `make('secret'); every = [READ | more for more in (0, os.O_NONBLOCK, os.O_NOFOLLOW, os.O_SYNC, os.O_DSYNC, os.O_APPEND)]
every += [os.O_WRONLY | flags for flags in every]
for i in range(2):
    for flags in every: plainly(flags); look(here + '/secret', flags); look('secret', flags)
look('secret', READ | os.O_TRUNC)`,
    alerts: [...Array.from({ length: 25 }, () => '0 /secret'), '1 /secret'],
  },
  {
    what: 'flags beyond 32 bits, and what only the mode of a new file says',
    rules: [`${reads} and fd.name endswith /secret`, `evt.arg.mode = 0700 and fd.name endswith /new`],
    code: `make('secret'); plainly(); libc = ctypes.CDLL(None)
for name in b'/plain', b'/secret':
    os.close(libc.openat(-100, here.encode() + name, ctypes.c_long(1 << 33 | os.O_CLOEXEC)))
for i in range(2): make('new'); os.unlink('new'); os.close(os.open('new', os.O_WRONLY | os.O_CREAT, 0o700)); os.unlink('new')`,
    alerts: ['0 /secret', '1 /new', '1 /new'],
  },
  {
    what: 'a path of another event between two opens from the same directory',
    rules: [`${reads} and fd.name contains /secret/`],
    code: `make('one/plain'); os.makedirs('secret/two'); one = os.open('one', READ); two = os.open('secret/two', READ)
plainly(at=one); text = b'x/secret/' * 3000
for i in range(3):
    look('plain', at=one); look('./plain', at=one); os.mkdir('%d' % i, dir_fd=two); look('%d' % i, at=two); look('plain', at=one)
    if os.fork() == 0: os.execv('/bin/true', [text.decode()] * 4)
    os.wait(); look('plain', at=one)`,
    alerts: ['0 /secret/two', '0 /secret/two/0', '0 /secret/two/1', '0 /secret/two/2'],
  },
  {
    what: 'a directory that is root, and paths with dots or slashes too many',
    rules: [`${reads} and fd.name endswith /secret`, `${reads} and fd.name = /etc/hostname`],
    code: `make('secret'); make('a/plain'); plainly(); os.chdir('/'); look('etc/hostname'); look('usr'); look('etc/hostname'); os.chdir(here)
for path in 'secret', './secret', 'a/../secret', './/secret', 'a//../secret', 'secret/', here + '//secret', here + '/./secret': look(path)`,
    alerts: ['1 /etc/hostname', '1 /etc/hostname', ...Array.from({ length: 8 }, () => '0 /secret')],
  },
];

/** Rules on opens; their outputs are their numbers and the paths. */
function rulesOf(conditions: readonly string[]): string {
  const more = ' and evt.type in (open, openat)';
  return conditions
    .map(
      (condition, i) =>
        `- rule: R${i}\n  desc: Opens.\n  condition: (${condition})${more}\n  output: "${i} %fd.name"\n  priority: INFO\n`,
    )
    .join('');
}

/** Opens by chance among few paths, flags and directories, some of which change their names meanwhile. */
const opensByChance = (seed: number): string => `import random
chance = random.Random(${seed})
names = ['a', 'b', '.h', 'x..y', 'secret', 'link', 'gone']
for one in ('one', 'two', '.hidden', 'x..y'):
    for name in names[:5]: make(one + '/' + name)
    os.symlink(chance.choice(['../one/secret', '../two/a', '.h', here + '/x..y/b']), one + '/link')
places = ['one', 'two', '.hidden', 'x..y']
kinds = [READ, READ | os.O_NOFOLLOW, os.O_WRONLY, os.O_RDWR | os.O_CREAT, os.O_RDWR | os.O_CREAT | os.O_EXCL, os.O_APPEND | os.O_WRONLY]
held = [os.open(place, READ) for place in places]
for i in range(400):
    place = chance.choice(places)
    path = chance.choice([place + '/', '', '', './', '../two/', place + '//']) + chance.choice(names)
    what = chance.randrange(20)
    if what < 8: look(here + '/' + path, chance.choice(kinds))
    elif what < 14: look(path, chance.choice(kinds))
    elif what < 17: look(path, chance.choice(kinds), chance.choice(held))
    elif what == 17: os.chdir(here + '/' + chance.choice(places + ['.']))
    elif what == 18: os.rename(here + '/one', here + '/other'); look(path); os.rename(here + '/other', here + '/one')
    else: os.dup2(chance.choice(held), held[0])
`;

/** Conditions by chance, which share flags and meet these paths. */
function conditionsByChance(seed: number): string[] {
  let state = seed * 7919 + 17;
  const pick = (list: readonly string[]): string => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return list[state % list.length] ?? '';
  };
  const asked = [
    reads,
    'evt.is_open_write = true',
    'evt.failed = true',
    'evt.failed = false',
    'evt.res = ENOENT',
    'evt.arg.flags contains O_CREAT',
    'proc.name = none',
    'fd.num >= 0',
  ];
  const paths = [
    'endswith secret',
    'contains /one/',
    'contains /other/',
    'contains "/.h"',
    'contains ".."',
    'startswith /tmp/',
    'startswith /never',
    'glob "*/two/*"',
    'in (/etc/passwd, /etc/hostname)',
  ];
  const path = (): string =>
    `${pick(['', '', 'not '])}${pick(['fd.name', 'fd.name', 'fd.nameraw'])} ${pick(paths)}`;
  return Array.from({ length: 1 + (seed % 4) }, () => {
    const more = pick(['', '', ` and ${path()}`, ` or (${pick(asked)} and ${path()})`]);
    return `(${pick(['', '', 'not '])}${pick(asked)} and ${path()})${more}`;
  });
}

let folders = 0;

/** Runs the code in a folder of its own, and gives the alerts without it. */
async function watch(conditions: readonly string[], code: string) {
  const folder = join(work, String(folders++));
  const script = join(work, 'case.py');
  writeFileSync(script, `${prelude}${code}\nos.mkdir('done', dir_fd=home)\n`);
  const rules = loadedRules([rulesOf(conditions)]);
  const filter = filterOf(rules);
  // Tests that call it are skipped without sensors.
  const watched = await sensors!.watch(
    filter,
    `mkdir ${folder} && cd ${folder} && ${python} ${script}`,
    work,
  );
  expect(existsSync(join(folder, 'done'))).toBe(true);
  expectSame(watched, filter, rules);
  const alerts = alertsOf(watched.kept, rules).map((alert) =>
    alert.replace(/^\d+ R\d+: /, '').replace(folder, ''),
  );
  return { watched, alerts, folder };
}

describe.skipIf(reason !== null)(
  `opens that are dropped before their event is put together${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    test.each(cases)('$what', async ({ rules, code, alerts: expected }) => {
      expect((await watch(rules, code)).alerts).toEqual(expected);
    });

    test.each([0, 1, 2, 4, 8, 20])('opens and rules by chance: %i', async (seed) => {
      await watch(conditionsByChance(seed), opensByChance(seed));
    });

    test('a link, and a root of its own, to what is wanted are kept with the path that the kernel knows', async () => {
      const { watched, folder } = await watch(
        [`${reads} and fd.name endswith /jail/secret`],
        `make('jail/secret'); make('jail/plain'); os.symlink('jail/secret', 'link'); os.symlink('jail', 'far'); plainly()
look(here + '/link'); look('link'); look('far/secret'); os.chroot('jail'); look('/plain'); look('/secret')`,
      );
      const paths = watched.kept.map(({ path }) => path).filter((path) => path === `${folder}/jail/secret`);
      expect(paths).toHaveLength(4);
    });

    test.skipIf(process.arch !== 'x64')(
      'open and openat with the same flags have rules of their own',
      async () => {
        const { alerts } = await watch(
          [
            `evt.type = open and ${reads} and fd.name endswith /secret`,
            'evt.type = openat and fd.name = /never',
          ],
          `make('secret'); plainly(READ | os.O_SYNC); libc = ctypes.CDLL(None)
for path in b'/plain', b'/secret': os.close(libc.syscall(2, here.encode() + path, os.O_SYNC | os.O_CLOEXEC))
plainly(READ | os.O_SYNC); look('secret', READ | os.O_SYNC)`,
        );
        expect(alerts).toEqual(['0 /secret']);
      },
    );

    test('what was remembered of one filter does not count for the next, nor for the one after it', async () => {
      const writes = 'evt.is_open_write = true';
      for (const [wanted, kind] of [
        ['alpha', reads],
        ['beta', writes],
        ['gamma', reads],
        ['alpha', writes],
        ['beta', reads],
      ] as const) {
        const { alerts } = await watch(
          [`${kind} and fd.name endswith /${wanted}`],
          `for name in 'alpha', 'beta', 'gamma': make(name)
for flags in (READ, os.O_WRONLY) * 3:
    plainly(flags)
    for name in 'alpha', 'beta', 'gamma': look(name, flags); look(here + '/' + name, flags)`,
        );
        expect(alerts).toEqual(Array.from({ length: kind === reads ? 6 : 7 }, () => `0 /${wanted}`));
      }
    });
  },
);
