import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventTable, fromByteString, lintRules, loadRules, type RuleSet } from '@lanner/engine';
import { describe, expect, test } from 'vitest';

// The rule files that come with Falco, and facts about their rules; ../shared lies beside the repository.
const reference = fileURLToPath(new URL('../../shared/reference/falco/', import.meta.url));
const folder = join(reference, 'upstream-rules');

interface Facts {
  readonly name: string;
  readonly file: string;
  readonly priority: string;
  readonly source: string;
  readonly tags: readonly string[];
  readonly enabled: boolean;
  readonly macros_all: readonly string[];
  readonly lists_all: readonly string[];
  readonly exceptions: readonly string[];
  readonly event_types: readonly string[] | 'any';
  readonly warn_evttypes: boolean;
  readonly skip_if_unknown_filter: boolean;
}

const auditPlugins = [
  { name: 'container', version: '0.7.1' },
  { name: 'json', version: '0.7.4' },
  { name: 'k8saudit', version: '0.18.0', source: 'k8s_audit' },
];

if (!existsSync(folder)) {
  test.skip('upstream rule files (needs ../shared/reference, which is absent)', () => undefined);
} else {
  const stable = ['falco_rules.yaml'];
  const files = [folder, join(folder, 'plugins')].flatMap((path) =>
    readdirSync(path)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => ({ name, content: readFileSync(join(path, name), 'latin1') })),
  );
  const { rules } = JSON.parse(readFileSync(join(reference, 'rules.json'), 'utf8')) as {
    rules: readonly Facts[];
  };

  test('there are files', () => {
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(stable));
    expect(files.length).toBeGreaterThanOrEqual(8);
  });

  describe.each(files.map((file) => [file.name, file] as const))('%s', (name, file) => {
    const set = loadRules([file], { plugins: auditPlugins });

    test('loads', () => {
      expect(set.results.flatMap(({ errors }) => errors)).toEqual([]);
      expect(set.results.map(({ schemaStatus }) => schemaStatus)).toEqual([['ok']]);
      const codes = new Set(set.results.flatMap(({ warnings }) => warnings.map(({ code }) => code)));
      const known = !/^(?:aws|gcp|okta|github)/.test(name);
      expect(codes.has('LOAD_UNKNOWN_SOURCE')).toBe(!known);
      expect([...codes].filter((code) => known && !code.startsWith('LOAD_UNUSED'))).toEqual([]);
    });

    test('has the rules that are known of it', () => {
      const wanted = rules.filter(
        (facts) => facts.file === name && /^(?:syscall|k8s_audit)$/.test(facts.source),
      );
      expect(set.rules.map((rule) => fromByteString(rule.name))).toEqual(wanted.map((facts) => facts.name));
      for (const facts of wanted) {
        expect(factsOf(set, facts.name)).toEqual({
          ...pick(facts),
          tags: facts.tags.toSorted(),
          event_types: facts.source === 'syscall' ? facts.event_types : ['pluginevent'],
        });
      }
    });
  });

  test('all of them load together, and nothing is lost', () => {
    const order = ['falco_rules.yaml', 'falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml'];
    const together = files.toSorted((a, b) => place(a.name, order) - place(b.name, order));
    const set = loadRules(together, { plugins: auditPlugins });
    expect(set.successful).toBe(true);
    expect(set.pluginProblem).toMatch(/^Plugin requirement not satisfied/);
    const names = new Set(
      rules
        .filter(
          ({ file, source }) =>
            files.some(({ name }) => name === file) && /^(?:syscall|k8s_audit)$/.test(source),
        )
        .map(({ name }) => name),
    );
    expect(new Set(set.rules.map(({ name }) => fromByteString(name)))).toEqual(names);
  });

  test('the stable rules have nothing that cannot work', () => {
    const set = loadRules(
      files.filter(({ name }) => stable.includes(name)),
      { plugins: auditPlugins },
    );
    expect(lintRules(set)).toEqual([]);
  });
}

type Compared = Omit<Facts, 'file' | 'priority' | 'exceptions'>;

function pick({ name, source, tags, enabled, macros_all, lists_all, event_types, ...rest }: Facts): Compared {
  const { warn_evttypes, skip_if_unknown_filter } = rest;
  return {
    name,
    source,
    tags,
    enabled,
    macros_all,
    lists_all,
    event_types,
    warn_evttypes,
    skip_if_unknown_filter,
  };
}

function factsOf(set: RuleSet, name: string): Compared | null {
  const rule = set.rules.find((candidate) => fromByteString(candidate.name) === name);
  return rule === undefined
    ? null
    : {
        name,
        source: rule.source,
        tags: rule.tags,
        enabled: rule.enabledByDefault,
        macros_all: rule.macros,
        lists_all: rule.lists,
        event_types: namesOf(rule.eventIds),
        warn_evttypes: rule.warnEventTypes,
        skip_if_unknown_filter: rule.skipIfUnknownFilter,
      };
}

/** Names of event types, without the asynchronous events that every rule sees; 'any' for all there are. */
function namesOf(ids: ReadonlySet<number>): string[] | 'any' {
  if (ids.size === eventTable.length) {
    return 'any';
  }
  const names = [...ids].map((id) => eventTable[id]).filter((info) => info?.code !== 'ASYNCEVENT_E');
  return [...new Set(names.map((info) => info?.name ?? ''))].sort();
}

function place(name: string, order: readonly string[]): number {
  const index = order.indexOf(name);
  return index < 0 ? order.length : index;
}
