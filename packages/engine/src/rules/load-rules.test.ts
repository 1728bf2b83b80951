import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldClasses } from '../fields/registry.gen.ts';
import { lintRules } from './lint.ts';
import { loadRules, type LoadRulesOptions } from './load-rules.ts';
import { suggestedOutput } from './outputs.ts';
import type { RuleSet } from './ruleset.ts';

function load(content: string, options: LoadRulesOptions = {}): RuleSet {
  return loadRules([{ name: 'f.yaml', content }], options);
}

const rule = (name: string, condition: string, extra = ''): string =>
  `- {rule: ${name}, desc: d, condition: '${condition}', output: o, priority: INFO, tags: [t]${extra}}\n`;

describe('hints of the real language', () => {
  test.each([
    ['a field', rule('r', 'evt.type=open and proc.nmae=x'), "Did you mean 'proc.name'?"],
    ['an event type', rule('r', 'evt.type=opne'), "Did you mean 'open'?"],
    [
      'a field of an output',
      '- {rule: r, desc: d, condition: evt.type=open, output: "%proc.cmdlin", priority: INFO}',
      "Did you mean 'proc.cmdline'?",
    ],
  ])('%s', (_name, content, hint) => {
    const [error] = load(content).results.flatMap(({ errors }) => errors);
    expect(error).toMatchObject({ hint });
  });
});

describe('plugins', () => {
  const audited =
    '- required_plugin_versions: [{name: k8saudit, version: 0.1.0}]\n' +
    rule('r', 'ka.verb=get', ', source: k8s_audit');

  test('make their sources known', () => {
    const set = load(audited, { plugins: [{ name: 'k8saudit', version: '0.18.0', source: 'k8s_audit' }] });
    expect(set.rules.map(({ name }) => name)).toEqual(['r']);
    expect(set.pluginProblem).toBeNull();
  });

  test('are missed when a file needs them', () => {
    expect(load(audited, { plugins: [] }).pluginProblem).toBe(
      'Plugin requirement not satisfied, must load one of: k8saudit (>= 0.1.0)',
    );
    expect(load(audited, { plugins: [{ name: 'k8saudit', version: '1.0.0' }] }).pluginProblem).toBe(
      "Plugin 'k8saudit' version '1.0.0' is not compatible with required plugin version '0.1.0'",
    );
  });
});

test('suggested output names fields of the source', () => {
  const loaded = fieldClasses.filter(({ id }) => id !== 'k8smeta');
  const set = load(rule('r', 'evt.type=open'), { extraOutputs: suggestedOutput('syscall', {}, loaded) });
  expect(set.rules[0]?.output).toBe(
    'o container_id=%container.id container_name=%container.name container_image_repository=%container.image.repository ' +
      'container_image_tag=%container.image.tag k8s_pod_name=%k8s.pod.name k8s_ns_name=%k8s.ns.name',
  );
});

test('an event type behind a transformer is refused', () => {
  const [error] = load(rule('r', 'tolower(evt.type)=open')).results.flatMap(({ errors }) => errors);
  expect(error).toMatchObject({ code: 'LOAD_ERR_COMPILE_CONDITION' });
});

describe('lint', () => {
  const findings = (content: string, options: Parameters<typeof lintRules>[1] = {}): string[] =>
    lintRules(load(content), options).map(({ kind, subject }) => `${kind} ${subject}`);

  test('finds rules that an earlier one shadows', () => {
    const content =
      rule('wide', 'evt.type in (open, openat) and proc.name exists') +
      rule('narrow', 'evt.type=open and proc.name=cat and fd.name=x') +
      rule('other', 'evt.type=close and proc.name=cat');
    expect(findings(content)).toEqual(['shadowed narrow']);
    expect(findings(content, { matching: 'all' })).toEqual([]);
  });

  test('a disabled rule shadows nothing', () => {
    expect(findings(rule('a', 'evt.type=open', ', enabled: false') + rule('b', 'evt.type=open'))).toEqual([]);
  });

  test('finds conditions that never hold', () => {
    expect(findings(rule('r', 'evt.type=open and evt.num=0'))).toEqual(['never-matches r']);
  });

  test('finds misspelt names of lists', () => {
    const content =
      '- {list: shell_binaries, items: [bash]}\n' +
      rule('r', 'evt.type=open and proc.name in (shel_binaries, shell_binaries)');
    expect(lintRules(load(content))).toMatchObject([
      {
        kind: 'unknown-list',
        hint: "Did you mean the list 'shell_binaries'?",
        file: 'f.yaml',
        line: 2,
        column: 3,
      },
    ]);
  });

  test('passes on what loading and the schema say', () => {
    expect(
      findings(
        '- {rule: r, desc: " ", condition: evt.type=open, output: o, priority: Info}\n- {macro: m, condition: evt.num>0}',
      ),
    ).toEqual(['load-warning m', 'schema ', 'no-tags r', 'no-description r']);
  });
});

test('any condition, output and exception gives a result', () => {
  const word = fc.constantFrom(
    'evt.type',
    'proc.name',
    'proc.aname[2]',
    'evt.arg',
    'fd.net',
    'fd.ip',
    '=',
    '!=',
    'in',
    'oneof',
    'contains',
    'regex',
    'pmatch',
    'exists',
    'and',
    'or',
    'not',
    '(',
    ')',
    ',',
    '1.2.3.4',
    '10.0.0.0/8',
    'open',
    '"a b"',
    '[',
    ']',
    '%',
    'tolower(',
    'val(',
    'x',
    '\\',
    'é',
    '5',
    '<NA>',
    '.',
  );
  const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(text, text, text, (condition, output, value) => {
      const content = JSON.stringify([
        {
          rule: 'r',
          desc: 'd',
          condition,
          output: output || 'o',
          priority: 'INFO',
          exceptions: [{ name: 'e', fields: ['proc.name'], comps: ['='], values: [[value || 'v']] }],
        },
      ]);
      const set = load(content);
      expect(set.rules.length === 1).toBe(set.successful);
      expect(lintRules(set)).toBeInstanceOf(Array);
    }),
    { numRuns: 500 },
  );
});
