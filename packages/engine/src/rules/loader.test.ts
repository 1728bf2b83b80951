import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toByteString } from './bytes.ts';
import codes from './codes.json' with { type: 'json' };
import type { Diagnostic } from './diagnostic.ts';
import { type LoaderOptions, RuleLoader } from './loader.ts';
import { loadResultsJson } from './results.ts';
import type { RuleSet } from './ruleset.ts';
import { testLanguage } from './testkit/language.ts';

interface Loaded {
  readonly set: RuleSet;
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

function load(content: string | readonly string[], options: Partial<LoaderOptions> = {}): Loaded {
  const loader = new RuleLoader({ language: testLanguage, ...options });
  const files = typeof content === 'string' ? [content] : content;
  const results = files.map((file, i) => loader.load({ name: `file${i}.yaml`, content: toByteString(file) }));
  return {
    set: loader.ruleSet(),
    errors: results.flatMap(({ errors }) => errors),
    warnings: results.flatMap(({ warnings }) => warnings),
  };
}

const rule = (extra = '', condition = 'evt.type=open'): string =>
  `- rule: r\n  desc: d\n  condition: ${condition}\n  output: o\n  priority: INFO\n  tags: [t]\n${extra}`;

const conditionOf = ({ set }: Loaded, name = 'r'): string | undefined => {
  const found = set.rules.find((candidate) => candidate.name === name);
  return found && testLanguage.print(found.condition);
};
const messages = (diagnostics: readonly Diagnostic[]): string[] =>
  diagnostics.map(({ code, message }) => `${code} ${message}`);

describe('errors', () => {
  test.each<[code: string, message: string, content: string]>([
    ['LOAD_ERR_YAML_PARSE', 'yaml-cpp: error at line 1, column 5: illegal map value', 'a: b: c'],
    ['LOAD_ERR_YAML_VALIDATE', 'Rules content is not yaml', 'foo'],
    ['LOAD_ERR_YAML_VALIDATE', 'Rules content is not yaml array of objects', 'foo: bar'],
    [
      'LOAD_ERR_YAML_VALIDATE',
      'Unexpected element type. Each element should be a yaml associative array.',
      '- foo',
    ],
    [
      'LOAD_ERR_YAML_VALIDATE',
      "Item has no mapping for key 'output'",
      '- {rule: r, desc: d, condition: c, priority: INFO}',
    ],
    ['LOAD_ERR_YAML_VALIDATE', "Item has no mapping for key 'enabled'", '- rule: r'],
    ['LOAD_ERR_YAML_VALIDATE', "Mapping for key 'rule' is empty", '- rule:'],
    ['LOAD_ERR_YAML_VALIDATE', 'Value must be non-empty', "- rule: ''"],
    ['LOAD_ERR_YAML_VALIDATE', 'Value is not a scalar value', '- rule: [a]'],
    ['LOAD_ERR_YAML_VALIDATE', "Can't decode YAML scalar value", rule('  enabled: maybe\n')],
    [
      'LOAD_ERR_YAML_VALIDATE',
      'Invalid priority',
      '- {rule: r, desc: d, condition: c, output: o, priority: HUGE}',
    ],
    ['LOAD_ERR_YAML_VALIDATE', 'Value is not a sequence', '- {list: l, items: x}'],
    ['LOAD_ERR_YAML_VALIDATE', 'sequence value is not scalar', '- {list: l, items: [[x]]}'],
    ['LOAD_ERR_YAML_VALIDATE', 'Rule exceptions must be a sequence', rule('  exceptions: x\n')],
    ['LOAD_ERR_YAML_VALIDATE', 'Rule exception must be a mapping', rule('  exceptions: [x]\n')],
    [
      'LOAD_ERR_YAML_VALIDATE',
      'Rule exception values must be a sequence',
      rule('  exceptions: [{name: e, fields: proc.name, values: x}]\n'),
    ],
    ['LOAD_ERR_YAML_VALIDATE', 'Plugin version must be a mapping', '- required_plugin_versions: [x]'],
    [
      'LOAD_ERR_YAML_VALIDATE',
      'Unable to parse engine version \'x\' as a semver string. Expected "x.y.z" semver format.',
      '- required_engine_version: x',
    ],
    [
      'LOAD_ERR_YAML_VALIDATE',
      "Key 'desc' cannot be replaced",
      '- {list: l, items: [], override: {desc: replace}}',
    ],
    [
      'LOAD_ERR_YAML_VALIDATE',
      "Key 'priority' cannot be appended to, use 'replace' instead",
      `${rule()}- {rule: r, priority: INFO, override: {priority: append}}`,
    ],
    [
      'LOAD_ERR_YAML_VALIDATE',
      "Invalid override operation for key 'desc': 'change'. Allowed values are: append replace ",
      `${rule()}- {rule: r, desc: x, override: {desc: change}}`,
    ],
    [
      'LOAD_ERR_YAML_VALIDATE',
      "An append override for 'condition' was specified but 'condition' is not defined",
      `${rule()}- {rule: r, override: {condition: append}}`,
    ],
    [
      'LOAD_ERR_YAML_VALIDATE',
      "Unexpected key 'desc': no corresponding entry under 'override' is defined.",
      `${rule()}- {rule: r, desc: x, output: y, override: {output: append}}`,
    ],
    [
      'LOAD_ERR_YAML_VALIDATE',
      "Keys 'override' and 'append: true' cannot be used together. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.",
      `${rule()}- {rule: r, condition: x, append: true, override: {condition: append}}`,
    ],
    [
      'LOAD_ERR_VALIDATE',
      "Rule uses 'append' or 'override.<key>: append' but no rule by that name already exists",
      '- {rule: r, condition: x, append: true}',
    ],
    [
      'LOAD_ERR_VALIDATE',
      "Macro uses 'append' or 'override.condition: append' but no macro by that name already exists",
      '- {macro: m, condition: x, append: true}',
    ],
    [
      'LOAD_ERR_VALIDATE',
      "List uses 'append' or 'override.items: append' but no list by that name already exists",
      '- {list: l, items: [x], append: true}',
    ],
    [
      'LOAD_ERR_VALIDATE',
      "An 'override.<key>: replace' to a rule was requested but no rule by that name already exists",
      '- {rule: r, desc: x, override: {desc: replace}}',
    ],
    [
      'LOAD_ERR_VALIDATE',
      "Rule has 'enabled' key but no rule by that name already exists",
      '- {rule: r, enabled: false}',
    ],
    [
      'LOAD_ERR_VALIDATE',
      'Appended rule must have exceptions or condition property',
      `${rule()}- {rule: r, append: true}`,
    ],
    [
      'LOAD_ERR_VALIDATE',
      'Rule has been re-defined with a different source',
      `${rule()}${rule('  source: other\n')}`,
    ],
    [
      'LOAD_ERR_VALIDATE',
      'Rules require engine version 0.64.0, but engine version is 0.63.0',
      '- required_engine_version: 64',
    ],
    [
      'LOAD_ERR_VALIDATE',
      'Rules require engine version 1.0.0, but engine version is 0.63.0',
      '- required_engine_version: 1.0.0',
    ],
    [
      'LOAD_ERR_VALIDATE',
      "Invalid required version 'x' for plugin 'p'",
      '- required_plugin_versions: [{name: p, version: x}]',
    ],
    [
      'LOAD_ERR_VALIDATE',
      "Defined multiple alternative version requirements for plugin 'p'",
      '- required_plugin_versions: [{name: p, version: 1.0.0, alternatives: [{name: p, version: 2.0.0}]}]',
    ],
    ['LOAD_ERR_VALIDATE', "Undefined macro 'm' used in filter.", rule('', 'evt.type=open and m')],
    [
      'LOAD_ERR_VALIDATE',
      "Undefined macro 'n' used in filter.",
      '- {macro: m, condition: n}\n- {macro: n, condition: evt.num>0}',
    ],
    [
      'LOAD_ERR_VALIDATE',
      "reference loop in macro 'm'",
      '- {macro: m, condition: evt.num>0}\n- {macro: m, condition: and m, append: true}',
    ],
    [
      'LOAD_ERR_VALIDATE',
      "'foo' is not a supported comparison operator",
      rule('  exceptions: [{name: e, fields: [proc.name], comps: [foo]}]\n'),
    ],
    [
      'LOAD_ERR_VALIDATE',
      "'foo.bar' is not a supported filter field",
      rule('  exceptions: [{name: e, fields: [foo.bar]}]\n'),
    ],
    [
      'LOAD_ERR_VALIDATE',
      'Fields and comps lists must have equal length',
      rule('  exceptions: [{name: e, fields: [proc.name], comps: [=, in]}]\n'),
    ],
    [
      'LOAD_ERR_VALIDATE',
      'Fields and comps must both be strings',
      rule('  exceptions: [{name: e, fields: proc.name, comps: [in]}]\n'),
    ],
    [
      'LOAD_ERR_VALIDATE',
      'When fields is a single value, comps must be one of (in, pmatch, intersects) or a modifier operator (e.g. startswith oneof)',
      rule('  exceptions: [{name: e, fields: proc.name, comps: =}]\n'),
    ],
    [
      'LOAD_ERR_VALIDATE',
      'Fields and values lists must have equal length',
      rule('  exceptions: [{name: e, fields: [proc.name], values: [[a, b]]}]\n'),
    ],
    [
      'LOAD_ERR_VALIDATE',
      'Expected values array to contain a list of strings',
      rule('  exceptions: [{name: e, fields: proc.name, values: [[a]]}]\n'),
    ],
    [
      'LOAD_ERR_VALIDATE',
      'Rule exception item must have fields property with a list of fields',
      rule('  exceptions: [{name: e, fields: []}]\n'),
    ],
    [
      'LOAD_ERR_COMPILE_CONDITION',
      "unexpected token after 'open', expecting 'or', 'and'",
      rule('', 'evt.type=open foo'),
    ],
    [
      'LOAD_ERR_COMPILE_CONDITION',
      'filter_check called with nonexistent field proc.nam',
      rule('', 'proc.nam=x'),
    ],
    [
      'LOAD_ERR_COMPILE_OUTPUT',
      'invalid formatting token proc.nam',
      '- {rule: r, desc: d, condition: evt.num>0, output: "%proc.nam", priority: INFO}',
    ],
  ])('%s %s', (code, message, content) => {
    const { set, errors } = load(content);
    expect(messages(errors)).toEqual([`${code} ${message}`]);
    expect(set.successful).toBe(false);
  });

  test('the first error ends a file, and its rules are not taken over', () => {
    const loaded = load([rule(), `${rule('', 'evt.type=close')}- {macro: m, condition: (}\n- foo`]);
    expect(loaded.errors).toHaveLength(1);
    expect(conditionOf(loaded)).toBe('evt.type = open');
  });
});

describe('warnings', () => {
  test.each<[code: string, message: string, content: string]>([
    ['LOAD_UNKNOWN_SOURCE', 'Unknown source foo, skipping', rule('  source: foo\n')],
    ['LOAD_UNSAFE_NA_CHECK', '', rule('', 'evt.type=open and ka.verb in (<NA>, x)')],
    [
      'LOAD_NO_EVTTYPE',
      'Rule matches too many evt.type values. This has a significant performance penalty.',
      rule('', 'proc.name=x'),
    ],
    [
      'LOAD_UNKNOWN_FILTER',
      'filter_check called with nonexistent field foo.bar',
      rule('  skip-if-unknown-filter: true\n', 'foo.bar=x'),
    ],
    [
      'LOAD_UNUSED_MACRO',
      'Macro not referred to by any other rule/macro',
      '- {macro: m, condition: evt.num>0}',
    ],
    ['LOAD_UNUSED_LIST', 'List not referred to by any other rule/macro', '- {list: l, items: [x]}'],
    ['LOAD_UNKNOWN_ITEM', 'Unknown top level item', '- {rules: r}'],
    ['LOAD_UNKNOWN_KEY', "Unknown key 'prio'. The key will be ignored.", rule('  prio: x\n')],
    [
      'LOAD_DEPRECATED_ITEM',
      "'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.",
      `${rule()}- {rule: r, condition: and evt.num>0, append: true}`,
    ],
    [
      'LOAD_DEPRECATED_ITEM',
      "The standalone 'enabled' key usage is deprecated. The correct approach requires also a 'replace' entry under the 'override' key (i.e. 'enabled: replace').",
      `${rule()}- {rule: r, enabled: false}`,
    ],
    [
      'LOAD_DEPRECATED_ITEM',
      "usage of deprecated field 'evt.dir' has been detected in the rule output",
      '- {rule: r, desc: d, condition: evt.type=open, output: "%evt.dir", priority: INFO}',
    ],
    [
      'LOAD_DEPRECATED_ITEM',
      '%container.info is deprecated and no more useful, and will be dropped by Falco 1.0.0. The container plugin will automatically add required fields to the output message.',
      '- {rule: r, desc: d, condition: evt.type=open, output: "%container.info", priority: INFO}',
    ],
    [
      'LOAD_APPEND_NO_VALUES',
      'Overriding/appending exception with no values',
      `${rule('  exceptions: [{name: e, fields: proc.name}]\n')}- {rule: r, exceptions: [{name: e}], override: {exceptions: append}}`,
    ],
    [
      'LOAD_EXCEPTION_NAME_NOT_UNIQUE',
      "Multiple definitions of exception 'e' in the same rule",
      rule('  exceptions: [{name: e, fields: proc.name}, {name: e, fields: proc.name}]\n'),
    ],
    [
      'LOAD_INVALID_LIST_NAME',
      'List has an invalid name. List names should match a regular expression: ([^()"\'[:space:]=,]+)',
      `- {list: a b, items: [x]}\n${rule('', 'evt.type=open and proc.name in (a b)')}`,
    ],
    [
      'LOAD_COMPILE_CONDITION',
      "'proc.pname' may be a valid field misused as a const string value",
      rule('', 'evt.type=open and proc.name=proc.pname'),
    ],
  ])('%s %s', (code, message, content) => {
    const { set, warnings } = load(content);
    expect(messages(warnings)).toEqual([`${code} ${message}`]);
    expect(set.successful).toBe(true);
  });

  test('an invalid macro name is one, and cannot be used', () => {
    expect(messages(load('- {macro: a-b, condition: evt.num>0}').warnings)).toEqual([
      'LOAD_INVALID_MACRO_NAME Macro has an invalid name. Macro names should match a regular expression: ([a-zA-Z]+[a-zA-Z0-9_]*)',
      'LOAD_UNUSED_MACRO Macro not referred to by any other rule/macro',
    ]);
  });

  test('those of deprecated fields name the field', () => {
    const [warning] = load(rule('', 'evt.type=open and evt.dir=<')).warnings;
    expect(warning).toMatchObject({ code: 'LOAD_DEPRECATED_ITEM', deprecatedField: 'evt.dir' });
    expect(warning?.message).toMatch(/^due to the drop of enter events/);
  });

  test('there are not more than ten thousand of them', () => {
    const keys = Array.from({ length: 10_050 }, (_, i) => `  k${i}: x\n`).join('');
    const result = new RuleLoader({ language: testLanguage }).load({ name: 'f', content: rule(keys) });
    expect([result.warnings.length, result.omittedWarnings]).toEqual([10_000, 50]);
  });

  test('every code has a title', () => {
    expect(Object.keys({ ...codes.errors, ...codes.warnings })).toHaveLength(22);
  });
});

describe('hints and places', () => {
  test.each([
    ['a misspelt field', rule('', 'evt.type=open and proc.nane=x'), "Did you mean 'proc.name'?", [3, 32]],
    [
      'a misspelt macro',
      `- {macro: my_macro, condition: evt.num>0}\n${rule('', 'evt.type=open and my_marco')}`,
      "Did you mean 'my_macro'?",
      [4, 32],
    ],
    [
      'a macro that comes too late',
      '- {macro: a, condition: b}\n- {macro: b, condition: evt.num>0}',
      "Define the macro 'b' before the macro that uses it.",
      [1, 25],
    ],
    [
      'a field in an exception',
      rule('  exceptions: [{name: e, fields: [proc.name], comps: [startwith]}]\n'),
      "Did you mean 'startswith'?",
      [7, 16],
    ],
    [
      'an override',
      '- {macro: a, condition: b, override: {conditon: append}}',
      "Did you mean 'condition'?",
      [1, 39],
    ],
  ])('%s', (_name, content, hint, [line, column]) => {
    const [error] = load(content).errors;
    expect(error).toMatchObject({ hint, line, column });
  });

  test('a misspelt key', () => {
    const [warning] = load(rule('  warn_evttype: false\n')).warnings;
    expect(warning).toMatchObject({ hint: "Did you mean 'warn_evttypes'?", line: 7, column: 3 });
  });

  test('places are found behind lists, exceptions and folded lines', () => {
    const content = [
      '- {list: names, items: [a, b, c, d, e, f, g]}',
      '- rule: r',
      '  desc: d',
      '  condition: >',
      '    evt.type = open',
      '    and proc.name in (names)',
      '    and nope.field = x',
      '  output: o',
      '  priority: INFO',
      '  exceptions: [{name: e, fields: proc.name, values: [z]}]',
    ].join('\n');
    expect(load(content).errors[0]).toMatchObject({ line: 7, column: 9 });
  });
});

describe('definitions', () => {
  test('lists replace their names wherever they stand alone, one level deep', () => {
    const loaded = load(
      `- {list: a, items: [x, y z, b]}\n- {list: b, items: [w]}\n- {list: c, items: [a, v]}\n` +
        rule('', 'evt.type=open and proc.name in (a, c, abc) and fd.name in ( b )'),
    );
    expect(conditionOf(loaded)).toBe(
      '(evt.type = open and proc.name in (x, "y z", w, x, "y z", b, v, abc) and fd.name in (w))',
    );
  });

  test('an empty list takes a comma with it', () => {
    const loaded = load(`- {list: e, items: []}\n${rule('', 'evt.type=open and proc.name in (a, e, b, e)')}`);
    expect(conditionOf(loaded)).toBe('(evt.type = open and proc.name in (a, b))');
  });

  test('macros see what was defined before they were last changed', () => {
    const macros = '- {macro: a, condition: evt.type=open}\n- {macro: b, condition: proc.name=x}\n';
    const loaded = load(
      `${macros}- {macro: a, condition: and b, override: {condition: append}}\n${rule('', 'a')}`,
    );
    expect(conditionOf(loaded)).toBe('(evt.type = open and proc.name = x)');
  });

  test('a later definition takes the place of an earlier one', () => {
    const loaded = load([
      `${rule()}- {rule: s, desc: d, condition: evt.type=close, output: o, priority: INFO}`,
      rule('', 'evt.type=dup'),
    ]);
    expect(loaded.set.rules.map(({ name }) => name)).toEqual(['r', 's']);
    expect(conditionOf(loaded)).toBe('evt.type = dup');
  });

  test('appends join with a blank, replacements stand alone', () => {
    const loaded = load([
      rule(),
      '- {rule: r, condition: and proc.name=x, output: p, desc: e, tags: [u], priority: ERROR, override: {condition: append, output: append, desc: append, tags: append, priority: replace}}',
    ]);
    expect(conditionOf(loaded)).toBe('(evt.type = open and proc.name = x)');
    expect(loaded.set.rules[0]).toMatchObject({
      output: 'o p',
      description: 'd e',
      tags: ['t', 'u'],
      priority: 3,
    });
  });

  test('exceptions become part of the condition', () => {
    const loaded = load(
      rule(
        [
          '  exceptions:',
          '    - {name: one, fields: proc.name, values: [a, b c]}',
          '    - {name: two, fields: [proc.name, fd.name], comps: [=, in], values: [[x, [y, z]], [v, (l)]]}',
          '    - {name: none, fields: [proc.name]}',
          '',
        ].join('\n'),
      ),
    );
    expect(conditionOf(loaded)).toBe(
      '(evt.type = open and not proc.name in (a, "b c") and not ' +
        '((proc.name = x and fd.name in (y, z)) or (proc.name = v and fd.name in (l))))',
    );
    expect(loaded.set.rules[0]?.exceptionFields).toEqual(['fd.name', 'proc.name']);
  });

  test('values are added to an exception by its name', () => {
    const base = rule('  exceptions: [{name: e, fields: proc.name, values: [a]}]\n');
    const loaded = load([
      base,
      '- {rule: r, exceptions: [{name: e, values: [b]}, {name: f, fields: fd.name, values: [c]}], override: {exceptions: append}}',
    ]);
    expect(conditionOf(loaded)).toBe('(evt.type = open and not proc.name in (a, b) and not fd.name in (c))');
  });

  test('texts are byte strings', () => {
    const { set } = load(
      '- {rule: ü, desc: é, condition: proc.name="ñ", output: ö, priority: INFO, tags: [ß]}',
    );
    expect(set.rules[0]).toMatchObject({ name: 'Ã¼', description: 'Ã©', output: 'Ã¶', tags: ['Ã\x9f'] });
  });
});

describe('what runs', () => {
  const three = ['CRITICAL', 'WARNING', 'DEBUG']
    .map(
      (priority, i) =>
        `- {rule: r ${i}, desc: d, condition: evt.type=open, output: o, priority: ${priority}, tags: [t${i}, all]}\n`,
    )
    .join('');
  const names = (options: Partial<LoaderOptions>): string[] =>
    load(three, options).set.enabled.map(({ name }) => name);

  test('everything by default', () => {
    expect(names({})).toEqual(['r 0', 'r 1', 'r 2']);
  });

  test('what is grave enough', () => {
    expect(names({ minPriority: 4 })).toEqual(['r 0', 'r 1']);
  });

  test('what selections leave, one after the other', () => {
    expect(
      names({
        selections: [
          { action: 'disable', rule: '*' },
          { action: 'enable', tag: 't2' },
          { action: 'enable', rule: 'r 0' },
        ],
      }),
    ).toEqual(['r 2', 'r 0']);
    expect(names({ minPriority: 4, selections: [{ action: 'enable', tag: 'all' }] })).toEqual(['r 0', 'r 1']);
  });

  test('extra output of matching rules', () => {
    const extraOutputs = [
      { format: 'a' },
      { format: 'b', tags: ['t0', 'all'] },
      { format: 'c', rule: 'r 1' },
      { format: 'd', source: 'other' },
      { fields: [{ key: 'k', format: '%proc.name', raw: true }], tags: ['t2'] },
    ];
    const { set } = load(three, { extraOutputs });
    expect(set.rules.map(({ output }) => output)).toEqual(['o a b', 'o a c', 'o a']);
    expect(set.rules[2]?.extraFields).toEqual([{ key: 'k', format: '%proc.name', raw: true }]);
  });
});

describe('hostile files', () => {
  test('macros that double the condition are stopped', () => {
    const lines = ['- {macro: m0, condition: evt.num>0}'];
    for (let i = 1; i < 60; i++) {
      lines.push(`- {macro: m${i}, condition: m${i - 1} and m${i - 1}}`);
    }
    expect(load(lines.join('\n')).errors[0]?.message).toMatch(/more than 100000 checks/);
  });

  test('macros that are resolved late do not blow up either', () => {
    const count = 40;
    const names = Array.from({ length: count }, (_, i) => i);
    const lines = [
      ...names.map((i) => `- {macro: m${i}, condition: evt.num>0}`),
      ...names
        .slice(0, -1)
        .map((i) => `- {macro: m${i}, condition: and m${i + 1} and m${i + 1}, append: true}`),
    ];
    expect(load(lines.join('\n')).errors[0]?.message).toMatch(/more than 100000 checks/);
  });

  test('chains of macros that nest deeply are stopped', () => {
    const lines = ['- {macro: m0, condition: evt.num>0}'];
    for (let i = 1; i < 3_000; i++) {
      lines.push(`- {macro: m${i}, condition: not m${i - 1}}`);
    }
    expect(load(lines.join('\n')).errors[0]?.message).toMatch(/500 levels/);
  });

  test('lists of lists of lists are stopped', () => {
    const item = Array.from({ length: 2_000 }, () => 'a').join(', ');
    const names = Array.from({ length: 2_000 }, () => 'big').join(', ');
    const content = `- {list: big, items: [${item}]}\n- {list: huge, items: [${names}]}\n`;
    expect(load(content).errors[0]?.message).toMatch(/more than 1000000 items/);
    const many = `- {list: big, items: [${item}]}\n${rule('', `evt.type=open and proc.name in (${names})`)}`;
    expect(load(many).errors[0]?.message).toMatch(/too long after its lists/);
  });

  test('any text gives a result, in reasonable time', () => {
    const valid = [
      '- required_engine_version: 0.31.0\n',
      '- required_plugin_versions: [{name: a, version: 0.1.0, alternatives: [{name: b, version: 1.0.0}]}]\n',
      '- list: l\n  items: [a, "b c", l2]\n',
      '- macro: m\n  condition: proc.name in (l) and not m2\n',
      rule(
        '  exceptions:\n    - {name: e, fields: [proc.name, fd.name], comps: [=, startswith], values: [[x, /tmp]]}\n',
      ),
      '- rule: r\n  tags: [x]\n  override: {tags: append}\n',
      '- {rule: r, condition: or m, append: true}\n',
      '- {list: l, items: [c], override: {items: append}}\n',
    ];
    const mutated = fc
      .tuple(
        fc.array(fc.constantFrom(...valid), { maxLength: 8 }),
        fc.array(
          fc.tuple(
            fc.nat(2_000),
            fc.nat(3),
            fc.constantFrom(
              '',
              ' ',
              '\n',
              '- ',
              ': ',
              '[',
              ']',
              '{',
              '}',
              '"',
              'x',
              '&a ',
              '*a',
              '(',
              ')',
              ' and ',
              '%',
              '\0',
              'é',
            ),
          ),
          { maxLength: 4 },
        ),
      )
      .map(([items, edits]) => {
        let content = items.join('');
        for (const [at, length, text] of edits) {
          content =
            content.slice(0, at % (content.length + 1)) +
            text +
            content.slice((at % (content.length + 1)) + length);
        }
        return content;
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: 'binary' })), (content) => {
        const loader = new RuleLoader({ language: testLanguage });
        const results = [loader.load({ name: 'a', content }), loader.load({ name: 'b', content })];
        for (const { successful, errors } of results) {
          expect(successful).toBe(errors.length === 0);
        }
        expect(() => JSON.stringify(loadResultsJson(results))).not.toThrow();
      }),
      { numRuns: 400 },
    );
  });
});
