import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  createRuleLoader,
  describeRules,
  type Diagnostic,
  type ExtraOutput,
  type LoadResult,
  printCondition,
  type RuleLoader,
  type RuleSet,
  schemaValidation,
  toByteString,
} from '@lanner/engine';
import { describe, expect, test } from 'vitest';

// Rule files of Falco's own tests with what loading them gives; ../shared lies beside the repository.
const path = fileURLToPath(new URL('../../shared/conformance/falco/rule-load-cases.json', import.meta.url));

interface WantedDiagnostic {
  readonly code?: string;
  readonly item_type?: string;
  readonly item_name?: string;
  readonly message?: string;
  readonly message_contains?: string;
}

interface Case {
  readonly id: string;
  readonly files: readonly { readonly name: string; readonly content: string }[];
  readonly setup?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly successful: boolean;
  readonly schema?: string;
  readonly errors?: readonly WantedDiagnostic[];
  readonly warnings?: readonly WantedDiagnostic[];
  readonly warnings_absent?: readonly WantedDiagnostic[];
  readonly has_warnings?: boolean;
  readonly enabled_rules?: string;
  readonly describe?: readonly { readonly path: readonly (string | number)[]; readonly equals: unknown }[];
  readonly compiled_condition?: Readonly<Record<string, string>>;
  readonly compiled_output?: Readonly<Record<string, string>>;
}

interface Loaded {
  readonly results: readonly LoadResult[];
  readonly set: RuleSet;
}

if (!existsSync(path)) {
  test.skip('rule loading (needs ../shared/conformance, which is absent)', () => undefined);
} else {
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly Case[] };
  const loaders = new Map<string, RuleLoader>();

  test('there are cases', () => {
    expect(cases.length).toBeGreaterThan(50);
  });

  describe.each(cases.map((wanted) => [wanted.id, wanted] as const))('%s', (_id, wanted) => {
    const loaded = load(wanted, loaders);
    check(wanted, loaded);
  });
}

/** Cases `name#2`, `name#3` load into the engine of `name`. */
function load({ id, files, setup = [] }: Case, loaders: Map<string, RuleLoader>): Loaded {
  const engine = id.replace(/#\d+$/, '');
  const loader = loaders.get(engine) ?? createRuleLoader({ extraOutputs: setup.map(extraOutput) });
  loaders.set(engine, loader);
  const results = files.map(({ name, content }) => loader.load({ name, content: toByteString(content) }));
  return { results, set: loader.ruleSet() };
}

function extraOutput(call: Readonly<Record<string, readonly string[]>>): ExtraOutput {
  const [[name, args] = ['', []]] = Object.entries(call);
  // The arguments are those of C++ calls: [key,] format, source, tags as `{"a","b"}`, rule.
  const tags = (text: string | undefined): string[] =>
    [...(text ?? '').matchAll(/"([^"]*)"/g)].map(([, tag]) => tag ?? '');
  switch (name) {
    case 'add_extra_output_format': {
      const [format = '', source = '', set, rule = ''] = args;
      return { format, source, tags: tags(set), rule };
    }
    case 'add_extra_output_formatted_field': {
      const [key = '', format = '', source = '', set, rule = ''] = args;
      return { fields: [{ key, format, raw: false }], source, tags: tags(set), rule };
    }
    case 'add_extra_output_raw_field': {
      const [key = '', source = '', set, rule = ''] = args;
      return { fields: [{ key, format: `%${key}`, raw: true }], source, tags: tags(set), rule };
    }
    default:
      throw new Error(`unknown call ${name}`);
  }
}

function check(wanted: Case, { results, set }: Loaded): void {
  const errors = results.flatMap((result) => result.errors);
  const warnings = results.flatMap((result) => result.warnings);

  test(wanted.successful ? 'is accepted' : 'is rejected', () => {
    expect(
      results.every(({ successful }) => successful),
      JSON.stringify(errors),
    ).toBe(wanted.successful);
  });

  test('has the diagnostics', () => {
    for (const error of wanted.errors ?? []) {
      expect(errors.map(short), JSON.stringify(error)).toSatisfy(() =>
        errors.some((found) => matches(found, error)),
      );
    }
    for (const warning of wanted.warnings ?? []) {
      expect(warnings.map(short), JSON.stringify(warning)).toSatisfy(() =>
        warnings.some((found) => matches(found, warning)),
      );
    }
    for (const warning of wanted.warnings_absent ?? []) {
      expect(warnings.filter((found) => matches(found, warning))).toEqual([]);
    }
    if (wanted.has_warnings !== undefined) {
      expect(warnings.length > 0).toBe(wanted.has_warnings);
    }
  });

  const { schema } = wanted;
  if (schema !== undefined) {
    test('has the schema verdict', () => {
      const last = results.at(-1);
      expect(last === undefined ? '' : schemaValidation(last)).toMatch(new RegExp(`^${schema}`));
    });
  }

  test('has the compiled rules', () => {
    for (const [name, text] of Object.entries(wanted.compiled_condition ?? {})) {
      const rule = set.rules.find((candidate) => candidate.name === name);
      expect(rule === undefined ? null : printCondition(rule.condition)).toBe(text);
    }
    for (const [name, text] of Object.entries(wanted.compiled_output ?? {})) {
      expect(set.rules.find((candidate) => candidate.name === name)?.output).toBe(text);
    }
    if (wanted.enabled_rules !== undefined) {
      expect(String(set.enabled.length)).toBe(wanted.enabled_rules);
    }
    for (const { path: steps, equals } of wanted.describe ?? []) {
      expect(follow(describeRules(set), steps), steps.join('.')).toEqual(equals);
    }
  });
}

function matches({ code, message, context }: Diagnostic, wanted: WantedDiagnostic): boolean {
  return (
    (wanted.code === undefined || code === wanted.code) &&
    (wanted.message === undefined || message === wanted.message) &&
    (wanted.message_contains === undefined || message.includes(wanted.message_contains)) &&
    (wanted.item_type === undefined || context.some(({ itemType }) => itemType === wanted.item_type)) &&
    (wanted.item_name === undefined || context.some(({ itemName }) => itemName === wanted.item_name))
  );
}

function short({ code, message, context }: Diagnostic): string {
  return `${code} ${message} ${context.map(({ itemType, itemName }) => `${itemType} '${itemName}'`).join(', ')}`;
}

function follow(value: unknown, steps: readonly (string | number)[]): unknown {
  let at: unknown = value;
  for (const step of steps) {
    at =
      step === 'length()'
        ? (at as readonly unknown[]).length
        : (at as Readonly<Record<string, unknown>>)[step];
  }
  return at;
}
