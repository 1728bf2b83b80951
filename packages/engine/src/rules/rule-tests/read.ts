import { nearest } from '@lanner/core';
import { fromByteString } from '../bytes.ts';
import type { RuleFile } from '../loader.ts';
import { SourceText } from '../source-text.ts';
import { parseYaml, valueOf, type YamlMap, type YamlNode } from '../yaml/parse.ts';
import type {
  GivenField,
  GivenValue,
  RuleTest,
  RuleTestCase,
  RuleTestFile,
  RuleTestProblem,
  TestPlace,
} from './model.ts';

export interface ReadRuleTests {
  /** What could be read, also of a file with problems. */
  readonly file: RuleTestFile;
  readonly problems: readonly RuleTestProblem[];
}

interface Draft {
  readonly source: SourceText;
  readonly problems: RuleTestProblem[];
}

/** Reads a test file: `rules: FILE` and `tests: [{rule, with?, fires?, silent?}]`. No text makes it throw. */
export function readRuleTests({ name, content }: RuleFile): ReadRuleTests {
  const draft: Draft = { source: new SourceText(name, content), problems: [] };
  const parsed = parseYaml(draft.source.text);
  if (!parsed.ok) {
    const { line, column } = draft.source.position(parsed.at);
    const problem = { message: `no YAML: ${parsed.message}`, hint: null, line: line + 1, column: column + 1 };
    return { file: { name, rules: '', tests: [] }, problems: [problem] };
  }
  const [document] = parsed.documents;
  if (document?.kind !== 'map' || parsed.documents.length > 1) {
    complain(draft, document, 'a test file is one map of rules and tests');
    return { file: { name, rules: '', tests: [] }, problems: draft.problems };
  }
  checkKeys(draft, document, ['rules', 'tests']);
  const rules = textOf(draft, document, 'rules');
  const tests = mapsOf(draft, document, 'tests').map((node) => readTest(draft, node));
  return { file: { name, rules, tests }, problems: draft.problems };
}

function readTest(draft: Draft, node: YamlMap): RuleTest {
  checkKeys(draft, node, ['rule', 'with', 'fires', 'silent']);
  const cases = (['fires', 'silent'] as const).flatMap((expected) =>
    valueOf(node, expected) === undefined
      ? []
      : mapsOf(draft, node, expected).map((item) => readCase(draft, item, expected)),
  );
  const rule = textOf(draft, node, 'rule');
  return { rule, extra: extraOf(draft, node), cases, ...placeOf(draft, node) };
}

/** The definitions under `with`, on the lines on which they stand, so that diagnostics point at them. */
function extraOf({ source, problems }: Draft, test: YamlMap): RuleFile | null {
  const node = valueOf(test, 'with');
  if (node === undefined || (node.kind === 'sequence' && node.items.length === 0)) {
    return null;
  }
  if (node.kind !== 'sequence') {
    complain({ source, problems }, node, "'with' is a list of macros, lists and rules");
    return null;
  }
  const { line, column } = source.position(node.at);
  const content = '\n'.repeat(line) + ' '.repeat(column) + source.text.slice(node.at, node.end);
  return { name: source.name, content };
}

function readCase(draft: Draft, node: YamlMap, expected: RuleTestCase['expected']): RuleTestCase {
  checkKeys(draft, node, ['name', 'event']);
  const event = valueOf(node, 'event');
  const base = { name: textOf(draft, node, 'name'), expected, ...placeOf(draft, node) };
  if (event?.kind !== 'map') {
    complain(draft, event ?? node, 'a test has an event with its type and fields');
    return { ...base, eventType: '', source: 'syscall', fields: new Map() };
  }
  checkKeys(draft, event, ['type', 'source', 'fields']);
  return {
    ...base,
    eventType: textOf(draft, event, 'type'),
    source: valueOf(event, 'source') === undefined ? 'syscall' : textOf(draft, event, 'source'),
    fields: fieldsOf(draft, valueOf(event, 'fields')),
  };
}

function fieldsOf(draft: Draft, node: YamlNode | undefined): Map<string, GivenField> {
  const fields = new Map<string, GivenField>();
  if (node === undefined || node.kind === 'null') {
    return fields;
  }
  if (node.kind !== 'map') {
    complain(draft, node, "'fields' is a map of fields and their values");
    return fields;
  }
  for (const { key, value } of node.pairs) {
    const given = givenOf(value);
    if (key.kind !== 'scalar' || given === undefined) {
      complain(draft, key, 'a field has one value or a list of values');
    } else if (fields.has(key.value)) {
      complain(draft, key, `${fromByteString(key.value)} has two values`);
    } else {
      fields.set(key.value, { value: given, ...placeOf(draft, key) });
    }
  }
  return fields;
}

function givenOf(node: YamlNode): GivenValue | undefined {
  switch (node.kind) {
    case 'null':
      return null;
    case 'scalar':
      return node.value;
    case 'sequence': {
      const items = node.items.flatMap((item) => (item.kind === 'scalar' ? [item.value] : []));
      return items.length === node.items.length ? items : undefined;
    }
    case 'map':
      return undefined;
  }
}

function mapsOf(draft: Draft, parent: YamlMap, key: string): YamlMap[] {
  const node = valueOf(parent, key);
  if (node?.kind !== 'sequence') {
    complain(draft, node ?? parent, `'${key}' is a list`);
    return [];
  }
  return node.items.filter((item) => {
    if (item.kind !== 'map') {
      complain(draft, item, `'${key}' holds maps`);
    }
    return item.kind === 'map';
  });
}

/** The text of a key; '' and a problem when it is not there. */
function textOf(draft: Draft, parent: YamlMap, key: string): string {
  const node = valueOf(parent, key);
  if (node?.kind === 'scalar' && node.value !== '') {
    return node.value;
  }
  complain(draft, node ?? parent, `'${key}' is missing or empty`);
  return '';
}

function checkKeys(draft: Draft, node: YamlMap, known: readonly string[]): void {
  for (const { key } of node.pairs) {
    const name = key.kind === 'scalar' ? key.value : '';
    if (!known.includes(name)) {
      const near = nearest(name, known);
      const hint = near === null ? `Keys here are ${known.join(', ')}.` : `Did you mean '${near}'?`;
      complain(draft, key, `unknown key '${fromByteString(name)}'`, hint);
    }
  }
}

function complain(
  { source, problems }: Draft,
  node: YamlNode | undefined,
  message: string,
  hint: string | null = null,
): void {
  problems.push({ message, hint, ...(node === undefined ? { line: 1, column: 1 } : placeIn(source, node)) });
}

function placeOf({ source }: Draft, node: YamlNode): TestPlace {
  return placeIn(source, node);
}

function placeIn(source: SourceText, node: YamlNode): TestPlace {
  const { line, column } = source.position(node.at);
  return { line: line + 1, column: column + 1 };
}
