import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rewriteDeprecated as rewrite } from './rewrite.ts';

test.each<[name: string, before: string, after: string]>([
  [
    'a list that is appended to, with its comment',
    '- list: l\n  items: [a] # x\n  append: true # y\n',
    '- list: l\n  items: [a] # x\n  override:\n    items: append # y\n',
  ],
  [
    'a macro, the key being the first',
    '- append: yes\n  macro: m\n  condition: and x\n',
    '- override:\n    condition: append\n  macro: m\n  condition: and x\n',
  ],
  [
    'a rule, without the keys that append ignored',
    '- rule: r\n  desc: ignored\n  condition: or x\n  exceptions: [{name: e}]\n  tags:\n    - a\n  append: true\n- x: y\n',
    '- rule: r\n  condition: or x\n  exceptions: [{name: e}]\n  override:\n    condition: append\n    exceptions: append\n- x: y\n',
  ],
  [
    'a flow map',
    '- {macro: m, condition: and x, append: true}',
    '- {macro: m, condition: and x, override: {condition: append}}',
  ],
  [
    'windows line ends',
    '- rule: r\r\n  enabled: false\r\n',
    '- rule: r\r\n  enabled: false\r\n  override:\r\n    enabled: replace\r\n',
  ],
  ['a switch', '- {rule: r, enabled: false}', '- {rule: r, enabled: false, override: {enabled: replace}}'],
  [
    'the direction at the end',
    '- {macro: m, condition: evt.type=open and evt.dir = <}',
    '- {macro: m, condition: evt.type=open}',
  ],
  [
    'the direction at the start',
    '- {macro: m, condition: evt.dir=< and evt.type=open}',
    '- {macro: m, condition: evt.type=open}',
  ],
  [
    'the direction within, in folded text',
    '- macro: m\n  condition: >\n    evt.type=open and\n    evt.dir=< and (a.b=c or\n    x.y=z and evt.dir="<")\n',
    '- macro: m\n  condition: >\n    evt.type=open and (a.b=c or\n    x.y=z)\n',
  ],
  [
    'the direction in an appended part',
    '- {rule: r, condition: and evt.dir=< and a.b=c, override: {condition: append}}',
    '- {rule: r, condition: and a.b=c, override: {condition: append}}',
  ],
  [
    'container.info',
    '- {rule: r, output: "a (%container.info) b %container.info"}',
    '- {rule: r, output: "a () b"}',
  ],
])('%s', (_name, before, after) => {
  const { text, changes, remaining } = rewrite(before);
  expect(text).toBe(after);
  expect(changes.length).toBeGreaterThan(0);
  expect(remaining).toEqual([]);
  expect(rewrite(after).changes).toEqual([]);
});

test.each<[name: string, text: string]>([
  ['a negated direction', '- {macro: m, condition: evt.type=open and not evt.dir=<}'],
  ['enter events', '- {macro: m, condition: evt.type=open and evt.dir=>}'],
  ['a direction alone', '- {macro: m, condition: evt.dir=<}'],
  ['append beside override', '- {list: l, items: [a], append: true, override: {items: append}}'],
  ['keys without effect in a flow map', '- {rule: r, condition: x, desc: d, append: true}'],
])('%s is left to the user', (_name, text) => {
  const result = rewrite(text);
  expect(result.text).toBe(text);
  expect(result.remaining).toHaveLength(1);
});

test('nothing else is touched', () => {
  const text =
    '\xef\xbb\xbf# c\n- rule: r   # d\n  condition: "a.b = \'x\'"\n  append: false\n\n- {list: l, items: []}\n---\nfoo: [\n';
  expect(rewrite(text).text).toBe(text);
});

test('any text comes back', () => {
  const part = fc.constantFrom(
    '- ',
    'rule: r',
    'append: true',
    'enabled: no',
    'condition: a.b=c and evt.dir=<',
    'items: []',
    'list: l',
    '\n  ',
    '\n',
    '{',
    '}',
    ', ',
    '# c',
    '"',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
      expect(typeof rewrite(parts.join('')).text).toBe('string');
    }),
    { numRuns: 1_000 },
  );
});
