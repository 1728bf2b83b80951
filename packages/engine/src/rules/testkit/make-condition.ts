import { fieldClasses } from '../../fields/registry.gen.ts';
import { modifiers, operatorNames, supportedTransformers } from '../../lang/words.ts';
import { pick, pickMostly, type Random, repeat } from './random.ts';

const allFields = fieldClasses.flatMap(({ fields }) => fields.map(({ name }) => name));
const commonFields = [
  'evt.type',
  'evt.type',
  'proc.name',
  'fd.name',
  'fd.num',
  'fd.sip',
  'fd.net',
  'evt.dir',
];
const fieldArguments = [
  '[1]',
  '[0]',
  '[a]',
  "['a b']",
  '["x"]',
  '[-1]',
  '[99999999999]',
  '[',
  '[]',
  '[name]',
];
const words = [
  'open',
  'openat',
  'execve',
  'cat',
  '/etc/passwd',
  '1',
  '-5',
  '0x1F',
  '1.5e+3',
  '10.0.0.0/8',
  '::1',
];
const texts = [
  ...words,
  '"a b"',
  "'it'",
  '"\\x41\\n"',
  '"\\q"',
  '"',
  '/a/*',
  '^a+(b',
  '\xc3\xa9',
  '\xff',
  'l0',
  'l1',
  '<NA>',
];
const blanks = [' ', ' ', '\n', '\t', '  '];

/** Checks that are sound, as field, operators and values that fit. */
const soundChecks: readonly (readonly [readonly string[], readonly string[], readonly string[]])[] = [
  [['evt.type'], ['=', '!='], ['open', 'openat', 'execve', 'connect']],
  [['evt.type'], ['in'], ['(open, openat)', '(execve)', '(l0)', '(open, l0, close)']],
  [
    ['proc.name', 'fd.name', 'proc.aname[2]', 'proc.cmdline', 'tolower(proc.name)'],
    ['=', '!=', 'contains', 'startswith', 'endswith', 'icontains', 'glob', 'iglob', '=='],
    [
      'cat',
      '"a b"',
      "'x'",
      '/etc/*',
      '\xc3\xa9',
      '"\\x41\\n"',
      'val(proc.pname)',
      'toupper(proc.name)',
      '<NA>',
    ],
  ],
  [
    ['proc.name', 'fd.name', 'basename(proc.exepath)'],
    ['in', 'pmatch', 'intersects'],
    ['(cat, "a b")', '()', '(l0, l1)', '(/etc)', "('x')"],
  ],
  [
    ['fd.num', 'proc.pid', 'evt.rawres', 'len(proc.name)', 'proc.duration'],
    ['=', '!=', '<', '<=', '>', '>='],
    ['0', '-1', '0x1F', '1000', 'val(proc.ppid)'],
  ],
  [
    ['fd.sip', 'fd.cip', 'fd.net', 'fd.ip'],
    ['=', '!='],
    ['10.0.0.1', '"::1"', '10.0.0.0/8', '127.0.0.1'],
  ],
  [
    ['fd.sport', 'fd.lport'],
    ['in', '='],
    ['(80, 443)', '80', '(http)'],
  ],
  [['proc.args', 'proc.name'], ['regex'], ['"^a+b$"', "'x|y'", '.*']],
  [['proc.cmdline'], ['bcontains', 'bstartswith'], ['6162', '"00ff"']],
  [['evt.dir'], ['='], ['<', '>']],
  [['evt.is_open_read', 'proc.is_exe_writable'], ['='], ['true', 'false']],
  [
    ['proc.tty', 'container.id', 'concat(proc.name, proc.exe)', 'join("-", (proc.name, "x"))'],
    ['exists'],
    [''],
  ],
];

/** A condition after the grammar; some have mistakes in them. */
export function makeCondition(random: Random, depth = 0): string {
  const kind = random(depth > 3 ? 6 : 10);
  switch (kind) {
    case 0:
      return pickMostly(random, ['m0', 'm0', 'm1', 'always_true'], ['m2', 'not', 'l0', 'm3']);
    case 1:
      return random(12) === 0
        ? `${makeOperand(random)} ${pick(random, operatorNames.unary)}`
        : makeCheck(random);
    case 6:
    case 7:
      return repeat(2 + random(3), () => makeCondition(random, depth + 1)).join(
        `${pickMostly(random, blanks, [''])}${pick(random, ['and', 'or'])} `,
      );
    case 8:
      return `not ${makeCondition(random, depth + 1)}`;
    case 9:
      return `(${pick(random, blanks)}${makeCondition(random, depth + 1)})`;
    default:
      return makeCheck(random);
  }
}

function makeCheck(random: Random): string {
  if (random(100) > 0) {
    const [left, operators, values] = pick(random, soundChecks);
    return `${pick(random, left)} ${pick(random, operators)} ${pick(random, values)}`.trimEnd();
  }
  const left = makeOperand(random);
  const gap = pick(random, blanks);
  switch (random(4)) {
    case 0:
      return `${left} ${pick(random, operatorNames.number)} ${makeRight(random)}`;
    case 1: {
      const modifier = random(8) === 0 ? `${pick(random, modifiers)} ` : '';
      return `${left} ${pick(random, operatorNames.list)} ${modifier}${makeList(random)}`;
    }
    default: {
      const modifier =
        random(20) === 0 ? `${pick(random, modifiers)} ${makeList(random)}` : makeRight(random);
      return `${left}${gap}${pick(random, operatorNames.text)} ${modifier}`;
    }
  }
}

function makeRight(random: Random): string {
  switch (random(8)) {
    case 0:
      return `val(${makeField(random)})`;
    case 1:
      return makeTransformer(random, 2);
    default:
      return pick(random, texts);
  }
}

function makeList(random: Random): string {
  switch (random(8)) {
    case 0:
      return pick(random, ['l0', 'l1', 'nothing', '()', '(,)', '(a,)']);
    case 1:
      return makeRight(random);
    default:
      return `(${repeat(random(5), () => pick(random, texts)).join(pick(random, [',', ', ', ' , ']))})`;
  }
}

function makeOperand(random: Random): string {
  return random(8) === 0 ? makeTransformer(random, 0) : makeField(random);
}

function makeTransformer(random: Random, depth: number): string {
  const inputs = repeat(random(6) === 0 ? random(4) : 1, () => makeInput(random, depth + 1));
  const argument = random(12) === 0 ? pick(random, fieldArguments) : '';
  return `${pick(random, supportedTransformers())}(${inputs.join(', ')})${argument}`;
}

function makeInput(random: Random, depth: number): string {
  switch (random(depth > 3 ? 4 : 6)) {
    case 0:
      return pick(random, ['"a"', "'b'", '5', 'bare', '']);
    case 4:
      return makeTransformer(random, depth);
    case 5:
      return `(${repeat(random(4), () => makeInput(random, depth + 1)).join(',')})`;
    default:
      return makeField(random);
  }
}

export function makeField(random: Random): string {
  const name = random(3) === 0 ? pick(random, allFields) : pick(random, commonFields);
  const misspelt = random(40) === 0 ? `${name}x` : name;
  return random(8) === 0 ? `${misspelt}${pick(random, fieldArguments)}` : misspelt;
}

/** An output: fields in all the forms that placeholders have, between texts. */
export function makeOutput(random: Random): string {
  return repeat(1 + random(5), () => {
    if (random(80) > 0) {
      return pick(random, [
        'a=%proc.name ',
        '%evt.type',
        '%fd.name,',
        'text ',
        '%proc.aname[2]',
        '*%proc.name',
        '%(proc.cmdline)',
        '%evt.time',
      ]);
    }
    const field = random(6) === 0 ? makeTransformer(random, 0) : makeField(random);
    return pick(random, [
      `%${field}`,
      `a=%${field} `,
      `*%${field}`,
      `%(${field})`,
      '%',
      '%%',
      'text ',
      '%container.info',
      '\\n',
    ]);
  }).join(pick(random, ['', ' ']));
}
