import { AppError } from '@lanner/core';
import { expect, test } from 'vitest';
import { describeRules, describeText } from './describe.ts';
import { explainRule, formatConditionTree } from './explain.ts';
import { RuleLoader } from './loader.ts';
import type { RuleSet } from './ruleset.ts';
import { testLanguage } from './testkit/language.ts';

const content = `
- required_engine_version: 0.31.0
- required_plugin_versions: [{name: a, version: 0.1.0, alternatives: [{name: b, version: 1.0.0}]}]
- list: inner
  items: [x]
- list: names
  items: [inner, y]
- macro: named
  condition: proc.name in (names)
- macro: opened
  condition: evt.type=open and named
- rule: r
  desc: What it is about.
  condition: opened and tolower(fd.name) startswith /tmp
  output: opened %fd.name by %proc.name
  priority: info
  tags: [u, t]
  capture: true
  exceptions:
    - {name: e, fields: [proc.cmdline], comps: [contains], values: [[z]]}
`;

function load(): RuleSet {
  const loader = new RuleLoader({
    language: testLanguage,
    extraOutputs: [{ fields: [{ key: 'user', format: '%user.name', raw: false }] }],
  });
  expect(loader.load({ name: 'f.yaml', content }).errors).toEqual([]);
  return loader.ruleSet();
}

test('a rule is described in the form of falco -L', () => {
  const plugins = [
    { name: 'p', version: '1.0.0', fields: ['fd.name'] },
    { name: 'q', version: '1.0.0', source: 'other', fields: ['ct.name'] },
  ];
  expect(describeRules(load(), { rule: 'r', plugins })).toEqual({
    rules: [
      {
        details: {
          condition_compiled:
            '(((evt.type = open and proc.name in (x, y)) and tolower(fd.name) startswith /tmp) and not proc.cmdline contains z)',
          condition_fields: ['evt.type', 'fd.name', 'proc.cmdline', 'proc.name'],
          condition_operators: ['=', 'contains', 'in', 'startswith'],
          events: ['open'],
          exception_fields: ['proc.cmdline'],
          exception_names: ['e'],
          exception_operators: ['contains'],
          extra_output_formatted_fields: { user: '%user.name' },
          lists: [],
          macros: ['opened'],
          output_compiled: 'opened %fd.name by %proc.name',
          output_fields: ['%user.name', 'fd.name', 'proc.name'],
          plugins: ['p'],
        },
        info: {
          capture: true,
          capture_duration: 0,
          condition: 'opened and tolower(fd.name) startswith /tmp',
          description: 'What it is about.',
          enabled: true,
          name: 'r',
          output: 'opened %fd.name by %proc.name',
          priority: 'Informational',
          source: 'syscall',
          tags: ['t', 'u'],
        },
      },
    ],
  });
});

test('all of a rule set is described', () => {
  expect(describeRules(load())).toMatchObject({
    lists: [
      {
        info: { items: ['x'], name: 'inner' },
        details: { items_compiled: ['x'], lists: [], plugins: [], used: true },
      },
      {
        info: { items: ['y'], name: 'names' },
        details: { items_compiled: ['x', 'y'], lists: ['inner'], used: true },
      },
    ],
    macros: [
      { info: { name: 'named' }, details: { macros: [], lists: ['names'], used: true } },
      {
        info: { name: 'opened' },
        details: { macros: ['named'], lists: [], condition_operators: ['=', 'in'] },
      },
    ],
    required_engine_version: '0.31.0',
    required_plugin_versions: [
      { alternatives: [{ name: 'b', version: '1.0.0' }], name: 'a', version: '0.1.0' },
    ],
    rules: [{ info: { name: 'r' } }],
  });
});

test('the text form has two columns, the second one wrapped', () => {
  const loader = new RuleLoader({ language: testLanguage });
  const desc = 'word '.repeat(14);
  loader.load({
    name: 'f',
    content: `- {rule: r, desc: ${desc}, condition: evt.type=open, output: o, priority: INFO}`,
  });
  expect(describeText(loader.ruleSet())).toBe(
    `Rule${' '.repeat(47)}Description\n----${' '.repeat(47)}-----------\n` +
      `r${' '.repeat(50)}${'word '.repeat(11)}\n${' '.repeat(51)}word word word \n\n`,
  );
});

test('a rule that is not loaded is named with the nearest that is', () => {
  const loader = new RuleLoader({ language: testLanguage });
  loader.load({
    name: 'f',
    content: '- {rule: a rule, desc: d, condition: evt.type=open, output: o, priority: INFO}',
  });
  const error = (() => {
    try {
      return describeRules(loader.ruleSet(), { rule: 'a role' });
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ message: 'Rule "a role" is not loaded', hint: 'Did you mean "a rule"?' });
});

test('an explanation has the condition as a tree, with the macros that its parts come from', () => {
  const explanation = explainRule(load(), 'r');
  expect(explanation).toMatchObject({
    enabled: true,
    priority: 'Informational',
    definedAt: { file: 'f.yaml', line: 12, column: 3 },
    macros: [{ name: 'named', condition: 'proc.name in (names)' }, { name: 'opened' }],
    lists: [
      { name: 'inner', items: ['x'] },
      { name: 'names', items: ['x', 'y'] },
    ],
    exceptions: [{ name: 'e', values: 1 }],
  });
  expect(explanation.fields[0]).toEqual({ name: 'evt.type', doc: 'Documentation of evt.type.' });
  expect(formatConditionTree(explanation.condition)).toBe(
    [
      'all of',
      '  all of',
      '    all of  # opened',
      '      evt.type = open',
      '      proc.name in (x, y)  # named',
      '    tolower(fd.name) startswith /tmp',
      '  not',
      '    proc.cmdline contains z',
      '',
    ].join('\n'),
  );
});
