import { makeCondition, makeField, makeOutput } from './make-condition.ts';
import { pick, pickMostly, type Random, repeat } from './random.ts';

/** What a rule file holds, before it is written as YAML. */
export type Node = string | number | boolean | null | readonly Node[] | { readonly [key: string]: Node };

type Item = Record<string, Node>;

const ruleKeys = [
  'condition',
  'output',
  'desc',
  'priority',
  'source',
  'enabled',
  'capture',
  'capture_duration',
  'warn_evttypes',
  'skip-if-unknown-filter',
  'tags',
  'exceptions',
];
const comparisons = ['=', '!=', 'startswith', 'contains', 'endswith'];
const oddComparisons = ['in', 'pmatch', 'intersects', 'exists', '==', 'like', ''];
const appendable = ['condition', 'output', 'desc', 'tags', 'exceptions', 'items'];
const names = ['r0', 'r1', 'r2', 'r 3', ''];

/** The items of a rule file. Names are few, so that items refer to, change and hide each other. */
export function makeItems(random: Random): Node[] {
  if (random(150) === 0) {
    return makeBomb(random);
  }
  if (random(2) === 0) {
    return makeSmallFile(random);
  }
  const start: Node[] =
    random(8) === 0
      ? []
      : [
          makeList(random, 'l0'),
          { macro: 'm0', condition: 'evt.type=open' },
          { macro: 'm1', condition: makeCondition(random) },
          { macro: 'always_true', condition: 'evt.num>=0' },
          { list: 'l1', items: [] },
          ...names.slice(0, 3).map((rule) => ({ ...makeRule(random), rule })),
        ];
  return [...start, ...repeat(1 + random(5), () => makeItem(random))];
}

/** Few items, so that most such files are whole and their rules get as far as the compiler. */
function makeSmallFile(random: Random): Node[] {
  const type = pick(random, ['open', 'execve', 'openat']);
  return [
    { list: 'l0', items: ['open', 'cat'] },
    { list: 'l1', items: [] },
    { macro: 'm0', condition: 'evt.type=open' },
    { macro: 'm1', condition: '(m0 or proc.name in (l0))' },
    { macro: 'always_true', condition: 'evt.num>=0' },
    ...repeat(1 + random(2), (i) => ({
      ...(random(3) === 0 ? makeRule(random) : {}),
      rule: `r${i}`,
      desc: 'd',
      condition: `evt.type=${type} and ${makeCondition(random, 2)}`,
      output: 'o %proc.name',
      priority: 'INFO',
    })),
  ];
}

function makeItem(random: Random): Node {
  switch (random(14)) {
    case 0:
      return {
        required_engine_version: pickMostly<Node>(
          random,
          ['0.31.0', 15, '0.4.0'],
          ['99.0.0', 'x', '1.2', null, [], -1, 'a.b.c'],
        ),
      };
    case 1:
      return { required_plugin_versions: makePlugins(random) };
    case 2:
    case 3:
      return changed(random, makeList(random, pickMostly(random, ['l0', 'l1', 'l1'], ['bad name', 'new'])));
    case 4:
    case 5:
    case 6:
      return changed(random, makeMacro(random, pickMostly(random, ['m0', 'm1', 'm2'], ['0bad', 'new'])));
    case 7:
      return pickMostly<Node>(
        random,
        [null, { other: 1 }, { rules: 'r' }, { rule: 'r0', enabled: random(2) === 0 }],
        ['text', [], {}, { rule: 'r9', enabled: true }],
      );
    default:
      return changed(random, makeRule(random));
  }
}

function makePlugins(random: Random): Node {
  const plugin = (): Item => ({
    name: pickMostly<Node>(random, ['k8saudit', 'container', 'x'], [null]),
    version: pickMostly<Node>(random, ['0.1.0', '0.18.0', '99.0.0'], ['v', 1]),
  });
  const entry = (): Node =>
    pickMostly<Node>(
      random,
      [plugin(), { ...plugin(), alternatives: repeat(random(3), plugin) }],
      [{ ...plugin(), alternatives: pick<Node>(random, ['x', ['x'], null]) }, 'x', {}],
    );
  return random(40) === 0 ? pick<Node>(random, ['x', null, {}]) : repeat(random(4), entry);
}

function makeList(random: Random, list: string): Item {
  return {
    list,
    items: repeat(random(5), () =>
      pickMostly<Node>(
        random,
        ['cat', 'open', 'l0', 'l1', '"a b"', 5, '\xc3\xa9'],
        ['a, b', '', "it's", null, []],
      ),
    ),
  };
}

function makeMacro(random: Random, macro: string): Item {
  return { macro, condition: makeCondition(random) };
}

function makeRule(random: Random): Item {
  const type = random(3) > 0 ? `evt.type in (open, execve, l0) and ` : '';
  const rule: Item = {
    rule: pickMostly(random, names.slice(0, 3), names),
    desc: pickMostly<Node>(random, ['d', 'two\nlines\n'], ['', null]),
    condition: type + makeCondition(random, 1),
    output: makeOutput(random),
    priority: pickMostly<Node>(
      random,
      ['INFO', 'warning', 'Informational', 'EMERGENCY', 'CRITICAL'],
      ['NONE', 3, null],
    ),
  };
  for (const [key, value] of Object.entries(makeExtras(random))) {
    if (random(4) === 0) {
      rule[key] = value;
    }
  }
  return rule;
}

function makeExtras(random: Random): Item {
  const flag = (): Node => pickMostly<Node>(random, [true, false, 'yes', 'Off'], ['maybe', null]);
  return {
    source: pickMostly<Node>(random, ['syscall', 'syscall', 'nothing'], ['k8s_audit', null]),
    enabled: flag(),
    capture: flag(),
    capture_duration: pickMostly<Node>(random, [0, 5000], [-1, 2 ** 32, 'x']),
    warn_evttypes: flag(),
    'skip-if-unknown-filter': flag(),
    tags: pickMostly<Node>(random, [[], ['t'], ['b', 'a', 'a']], ['x', [[]], null]),
    exceptions:
      random(40) === 0
        ? pick<Node>(random, ['x', null, ['x'], [{}]])
        : repeat(1 + random(3), () => makeException(random)),
  };
}

function makeException(random: Random): Node {
  const width = random(4);
  const single = width === 0;
  const value = (): Node =>
    pickMostly<Node>(
      random,
      ['cat', '/a b', 5, 'l0', '(a)'],
      ['', ['x', 'y'], [], '10.0.0.1', 'it\'s "q"', null],
    );
  const fields = single
    ? pickMostly(
        random,
        ['proc.name', 'fd.name', 'proc.pname', 'evt.type', 'proc.aname[2]'],
        [makeField(random), 'tolower(proc.name)'],
      )
    : repeat(random(40) === 0 ? width + 1 : width, () =>
        pickMostly(
          random,
          ['proc.name', 'fd.name', 'proc.pname', 'evt.type', 'proc.aname[2]'],
          [makeField(random), 'tolower(proc.name)'],
        ),
      );
  const entry: Item = { name: pick(random, ['e0', 'e1', 'e2']) };
  if (random(40) > 0) {
    entry['fields'] = fields;
  }
  if (random(3) > 0) {
    entry['comps'] = single
      ? pickMostly(random, ['in', 'pmatch', 'intersects'], oddComparisons)
      : repeat(random(40) === 0 ? width + 1 : width, () => pickMostly(random, comparisons, oddComparisons));
  }
  if (random(3) > 0) {
    entry['values'] =
      random(20) === 0
        ? pick<Node>(random, ['x', null, {}])
        : repeat(random(4), () => (single ? value() : repeat(random(40) === 0 ? 5 : width, value)));
  } else if (random(4) === 0) {
    entry['value'] = ['x'];
  }
  return entry;
}

/** The item as it is, or as a change to one of its name, in the old form, the new one, or a wrong one. */
function changed(random: Random, item: Item): Item {
  const own = Object.keys(item).slice(1);
  switch (random(6)) {
    case 0:
      return { ...item, append: pickMostly<Node>(random, [true, true, false], ['x']) };
    case 1:
    case 2:
      return overriding(random, item, own);
    case 3: {
      if (random(20) > 0) {
        return item;
      }
      const left = pick(random, own);
      return Object.fromEntries(Object.entries(item).filter(([key]) => random(3) > 0 || key !== left));
    }
    default:
      return item;
  }
}

/** Some of the item's properties, each with the operation that its kind allows, mostly. */
function overriding(random: Random, item: Item, own: readonly string[]): Item {
  const single = item['rule'] === undefined && random(60) > 0;
  const kept = single ? own : own.filter(() => random(3) === 0);
  const listed = kept.length > 0 && random(60) > 0 ? kept : [pick(random, ruleKeys)];
  const operation = (key: string): Node =>
    pickMostly<Node>(random, appendable.includes(key) ? ['append', 'replace'] : ['replace'], [
      'change',
      'append',
      null,
    ]);
  const head = Object.entries(item).filter(([key], i) => i === 0 || kept.includes(key));
  const override = pickMostly<Node>(
    random,
    [Object.fromEntries(listed.map((key) => [key, operation(key)]))],
    ['x', [], null],
  );
  return {
    ...Object.fromEntries(head),
    override,
    ...(random(60) === 0 ? { append: true } : {}),
  };
}

/** Definitions that double with each step, or that go round in a circle. */
function makeBomb(random: Random): Node[] {
  const steps = 5 + random(40);
  switch (random(4)) {
    case 0:
      return repeat(steps, (i) => ({
        list: `l${i}`,
        items: i === 0 ? ['a', 'b'] : [`l${i - 1}`, `l${i - 1}`],
      }));
    case 1:
      return [
        ...repeat(steps, (i) => ({
          macro: `m${i}`,
          condition: i === 0 ? 'evt.type=open' : `(m${i - 1} and m${i - 1})`,
        })),
        { rule: 'r', desc: 'd', condition: `m${steps - 1}`, output: 'o', priority: 'INFO' },
      ];
    case 2:
      return repeat(steps, (i) => ({
        macro: `m${i}`,
        condition: `m${(i + 1) % steps} or not m${random(steps)}`,
      }));
    default:
      return [
        { list: 'l0', items: repeat(steps * 20, (i) => `item${i}`) },
        {
          rule: 'r',
          desc: 'd',
          condition: repeat(steps, () => 'proc.name in (l0, l0)').join(' or '),
          output: 'o',
          priority: 'INFO',
        },
      ];
  }
}
