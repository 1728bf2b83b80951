import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldClasses } from '../../fields/registry.gen.ts';
import { toByteString } from '../bytes.ts';
import { loadRules } from '../load-rules.ts';
import type { RuleSet } from '../ruleset.ts';
import type { RuleTestResult } from './model.ts';
import { readRuleTests } from './read.ts';
import { testRuleFile } from './report.ts';
import { runRuleTests } from './run.ts';

function rulesOf(...conditions: string[]): RuleSet {
  const content = conditions
    .map(
      (condition, i) =>
        `- {rule: r${i}, desc: d, condition: ${JSON.stringify(condition)}, output: o, priority: INFO}\n`,
    )
    .join('');
  const set = loadRules([{ name: 'a.yaml', content: toByteString(content) }], { plugins: [] });
  expect(set.results.flatMap(({ errors }) => errors)).toEqual([]);
  return set;
}

/** Runs one rule on one event that it must fire on. */
function fire(condition: string, fields: string, type = 'openat'): RuleTestResult {
  const text = `rules: a.yaml\ntests: [{rule: r0, fires: [{name: n, event: {type: ${type}, fields: ${fields}}}]}]`;
  const { file, problems } = readRuleTests({ name: 'a.test.yaml', content: toByteString(text) });
  expect(problems).toEqual([]);
  const [result] = runRuleTests(rulesOf(condition), file.tests);
  if (result === undefined) {
    throw new Error('no result');
  }
  return result;
}

test.each([
  ['a text', 'fd.name = /etc/passwd', '{fd.name: /etc/passwd}'],
  ['a number', 'fd.num >= 3 and evt.rawres = -1', '{fd.num: 7, evt.rawres: -1}'],
  ['a number beyond 2^53', 'proc.duration > 9007199254740993', '{proc.duration: 9007199254740994}'],
  ['a boolean', 'evt.is_open_write = true', '{evt.is_open_write: true}'],
  ['an address', 'fd.sip = 10.0.0.1', '{fd.sip: 10.0.0.1}'],
  ['an address of IPv6', 'fd.sip = "::1"', "{fd.sip: '::1'}"],
  ['a network', 'fd.snet in (10.0.0.0/8)', '{fd.snet: 10.1.2.3}'],
  ['either end of a connection', 'fd.ip = 10.0.0.1', '{fd.ip: [192.168.0.1, 10.0.0.1]}'],
  ['a port by its service', 'fd.sport = ssh', '{fd.sport: 22}'],
  ['any ancestor', 'proc.aname = sshd', '{proc.aname: [bash, sshd]}'],
  ['one ancestor', 'proc.aname[2] = sshd', "{'proc.aname[2]': sshd}"],
  ['a transformed field', 'tolower(proc.name) = bash', '{proc.name: BASH}'],
  ['transformers in each other', 'len(basename(fd.name)) = 2', '{fd.name: /usr/bin/sh}'],
  ['another field', 'proc.name = val(proc.pname)', '{proc.name: a, proc.pname: a}'],
  ['bytes of a buffer', 'evt.buffer bcontains cafebabe', '{evt.buffer: 00CAfebabe00}'],
  ['a list of one value for a single one', 'proc.name = a', '{proc.name: [a]}'],
  ['the type of the event', 'evt.type in (open, openat) and syscall.type = openat', '{}'],
  ['the type as a test', 'evt.type.is.openat = 1 and evt.type.is.open = 0', '{}'],
  ['texts beyond ASCII', 'fd.name contains é', '{fd.name: /tmp/é}'],
  ['nothing', 'not proc.name exists', '{proc.name: ~}'],
])('an event can give %s', (_, condition, fields) => {
  expect(fire(condition, fields)).toMatchObject({ passed: true, causes: [], problem: null });
});

test('a system call without an event type of its own is seen by rules that name it', () => {
  expect(fire('evt.type = fsmount', '{}', 'fsmount').passed).toBe(true);
});

test('what keeps a rule from firing is named with the values of the event', () => {
  const condition =
    'evt.type = openat and proc.name = cat and (fd.name = /a or fd.sip = 10.0.0.1) and not fd.num = 3';
  const { passed, causes } = fire(condition, '{proc.name: cat, fd.sip: 10.0.0.2, fd.num: 3}');
  expect(passed).toBe(false);
  expect(causes).toEqual([
    { text: 'fd.name = /a', holds: false, value: null },
    { text: 'fd.sip = 10.0.0.1', holds: false, value: '10.0.0.2' },
    { text: 'fd.num = 3', holds: true, value: '3' },
  ]);
});

test('what makes a rule fire that should be silent is named, both sides of a comparison too', () => {
  const { file } = readRuleTests({
    name: 't',
    content: toByteString(
      'rules: a.yaml\ntests: [{rule: r0, silent: [{name: n, event: {type: open, fields: {proc.name: é, proc.pname: é}}}]}]',
    ),
  });
  const [result] = runRuleTests(rulesOf('proc.name = val(proc.pname) or proc.name = x'), file.tests);
  expect(result).toMatchObject({ passed: false, causes: [{ holds: true, value: '"é"', other: '"é"' }] });
});

test.each([
  ['a field that does not exist', '{proc.nam: a}', 'open', 'proc.nam is no field of source syscall'],
  ['a value that does not fit', '{fd.num: three}', 'open', 'fd.num (line 2): three is not a valid number'],
  [
    'two values of a single field',
    '{fd.num: [1, 2]}',
    'open',
    'fd.num (line 2): the field has a single value',
  ],
  ['something that is not one field', "{'tolower(fd.name)': a}", 'open', 'is not a single field'],
  ['an unknown event type', '{}', 'openatt', "unknown event type 'openatt'"],
  ['an event that the rule does not look at', '{}', 'close', 'does not look at events of type close'],
])('%s fails the test with its reason', (_, fields, type, message) => {
  const { passed, problem } = fire('evt.type in (open, openat)', fields, type);
  expect(passed).toBe(false);
  expect(problem?.message).toContain(message);
});

test('an unknown rule fails, the nearest being named', () => {
  const { file } = readRuleTests({
    name: 't',
    content: 'rules: a.yaml\ntests: [{rule: r00, silent: [{name: n, event: {type: open}}]}]',
  });
  expect(runRuleTests(rulesOf('proc.name = x'), file.tests)).toMatchObject([
    { passed: false, problem: { message: 'there is no such rule', hint: 'Did you mean "r0"?' } },
  ]);
});

test('definitions under with hold for their test alone, and untested rules are named', () => {
  const files = [
    {
      name: 'a.yaml',
      content:
        '- {macro: m, condition: proc.name = a}\n' +
        '- {rule: r, desc: d, condition: evt.type = open and m, output: o, priority: INFO}\n' +
        '- {rule: other, desc: d, condition: evt.type = open, output: o, priority: INFO}\n',
    },
  ];
  const event = '{name: n, event: {type: open, fields: {proc.name: b}}}';
  const content =
    `rules: a.yaml\ntests:\n  - rule: r\n    with:\n      - macro: m\n        condition: proc.name = b\n` +
    `        override: {condition: replace}\n    fires: [${event}]\n  - rule: r\n    silent: [${event}]\n` +
    `  - rule: r\n    with:\n      - macro: m\n        condition: proc.nam = b\n    fires: [${event}]\n`;
  const { file } = readRuleTests({ name: 't', content });
  const { results, untested } = testRuleFile(file, {
    set: loadRules(files),
    loadWith: (extra) => loadRules([...files, extra]),
    ruleFile: 'a.yaml',
  });
  expect(results.map(({ passed }) => passed)).toEqual([true, true, false]);
  expect(results[2]?.problem?.message).toMatch(/^a\.yaml:\d+: .*proc\.nam/);
  expect(untested.map(({ name }) => name)).toEqual(['other']);
});

test.each([
  ['no YAML', 'rules: [', 'no YAML'],
  ['a list', '- rules: x', 'a test file is one map'],
  ['an unknown key', 'rules: a\ntests: [{rule: r, fire: []}]', "unknown key 'fire'"],
  ['no tests', 'rules: a', "'tests' is a list"],
  ['no event', 'rules: a\ntests: [{rule: r, fires: [{name: n}]}]', 'a test has an event'],
  ['a test that is no map', 'rules: a\ntests: [x]', "'tests' holds maps"],
  [
    'a field twice',
    'rules: a\ntests: [{rule: r, fires: [{name: n, event: {type: open, fields: {a: 1, a: 2}}}]}]',
    'a has two values',
  ],
  [
    'a map for a value',
    'rules: a\ntests: [{rule: r, fires: [{name: n, event: {type: open, fields: {a: {}}}}]}]',
    'one value or a list',
  ],
])('%s is a problem of the test file', (_, content, message) => {
  expect(readRuleTests({ name: 't', content }).problems[0]?.message).toContain(message);
});

test('reading never throws', () => {
  fc.assert(
    fc.property(fc.string(), (noise) => {
      readRuleTests({ name: 't', content: noise });
      readRuleTests({ name: 't', content: `rules: a\ntests:\n  - rule: r\n    fires: ${noise}` });
    }),
  );
});

test('no value of any field makes the runner throw', () => {
  const names = fieldClasses.flatMap(({ fields }) => fields.map(({ name }) => name));
  const set = rulesOf('proc.name = x');
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.oneof(fc.string(), fc.array(fc.string())), (name, value) => {
      const fields = new Map([[name, { value, line: 1, column: 1 }]]);
      const place = { line: 1, column: 1 };
      const base = { name: 'n', expected: 'silent', eventType: 'open', source: 'syscall', fields } as const;
      const results = runRuleTests(set, [
        { rule: 'r0', extra: null, cases: [{ ...base, ...place }], ...place },
      ]);
      expect(results).toHaveLength(1);
    }),
  );
});
