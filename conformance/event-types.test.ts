import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { eventSet, eventTable, type Expr } from '../packages/engine/src/index.ts';
import { falcoLanguage } from '../packages/engine/src/rules/falco-language.ts';
import { RuleLoader } from '../packages/engine/src/rules/loader.ts';

interface KnownRule {
  readonly name: string;
  readonly file: string;
  readonly source: string;
  /** 'any' where nothing restricts the rule. */
  readonly event_types: readonly string[] | 'any';
}

const folder = new URL('../../shared/reference/falco/', import.meta.url);
const facts = new URL('rules.json', folder);
const known = existsSync(facts)
  ? // The shape is described in the file's own notes.
    (JSON.parse(readFileSync(facts, 'utf8')) as { readonly rules: readonly KnownRule[] }).rules
  : [];
const files = ['falco_rules.yaml', 'falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml'];

function eventTypes(condition: Expr): readonly string[] | 'any' {
  const { ids, isAll, genericSyscalls } = eventSet(condition);
  if (isAll) {
    return 'any';
  }
  const names = [...ids].map((id) => eventTable[id]?.name ?? '').filter((name) => name !== 'syscall');
  return [...new Set([...names, ...genericSyscalls])].sort();
}

describe.skipIf(known.length === 0)('event types of published rules (needs ../shared)', () => {
  test.each(files)('%s', (file) => {
    const loader = new RuleLoader({ language: falcoLanguage() });
    loader.load({ name: file, content: readFileSync(new URL(`upstream-rules/${file}`, folder), 'latin1') });
    const loaded = loader
      .ruleSet()
      .rules.map(({ name, condition }) => [name, eventTypes(condition)] as const);
    const wanted = known
      .filter((rule) => rule.file === file && rule.source === 'syscall')
      .map((rule) => [rule.name, rule.event_types === 'any' ? 'any' : [...rule.event_types].sort()] as const);
    expect(Object.fromEntries(loaded)).toEqual(Object.fromEntries(wanted));
  });
});
