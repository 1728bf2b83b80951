import { expect, test } from 'vitest';
import { checkSchema, ruleSchema } from './schema.ts';
import { parseYaml } from './yaml/parse.ts';

function check(text: string, schema = ruleSchema): string[] {
  const parsed = parseYaml(text);
  return parsed.ok ? parsed.documents.flatMap((document) => checkSchema(document, schema)) : [];
}

const outer = (path: string): string => `failed for ${path}: Failed to validate item #0 in array.`;

test.each<[text: string, status: string[]]>([
  ['- {rule: r, priority: INFO, tags: [a], enabled: true, capture_duration: 5}', ['ok']],
  ['a: b', ["failed for <root>: Value type not permitted by 'type' constraint."]],
  [
    '- {rule: r, foo: bar}',
    [
      "failed for <root>[0]: Object contains a property that could not be validated using 'properties' or 'additionalProperties' constraints: 'foo'.",
      outer('<root>'),
    ],
  ],
  [
    '- {rule: r, priority: info}',
    [
      'failed for <root>[0][priority]: Failed to match against any enum values.',
      "failed for <root>[0]: Failed to validate against schema associated with property name 'priority'.",
      outer('<root>'),
    ],
  ],
  [
    '- {rule: r, exceptions: [{fields: x}]}',
    [
      "failed for <root>[0][exceptions][0]: Missing required property 'name'.",
      outer('<root>[0][exceptions]'),
      "failed for <root>[0]: Failed to validate against schema associated with property name 'exceptions'.",
      outer('<root>'),
    ],
  ],
  [
    '- {list: l, items: [[]], override: {}}',
    [
      "failed for <root>[0][items][0]: Value type not permitted by 'type' constraint.",
      'failed for <root>[0][items][0]: Failed to validate against child schema #0.',
      "failed for <root>[0][items][0]: Value type not permitted by 'type' constraint.",
      'failed for <root>[0][items][0]: Failed to validate against child schema #1.',
      'failed for <root>[0][items][0]: Failed to validate against any schemas allowed by anyOf constraint.',
      outer('<root>[0][items]'),
      "failed for <root>[0]: Failed to validate against schema associated with property name 'items'.",
      'failed for <root>[0][override]: Object should have no fewer than 1 properties.',
      "failed for <root>[0]: Failed to validate against schema associated with property name 'override'.",
      outer('<root>'),
    ],
  ],
  [
    '- {rule: r, enabled: yes, capture_duration: 5s}',
    [
      "failed for <root>[0][capture_duration]: Value type not permitted by 'type' constraint.",
      "failed for <root>[0]: Failed to validate against schema associated with property name 'capture_duration'.",
      "failed for <root>[0][enabled]: Value type not permitted by 'type' constraint.",
      "failed for <root>[0]: Failed to validate against schema associated with property name 'enabled'.",
      outer('<root>'),
    ],
  ],
  ['- {rule: r}\n---\n- {rule: s}', ['ok', 'ok']],
  ['', []],
])('%j', (text, status) => {
  expect(check(text)).toEqual(status);
});

test('problems are bounded', () => {
  expect(check('- {foo: bar}\n'.repeat(5_000))).toHaveLength(1_000);
});
