import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type CompiledRuleset,
  compileRuleset,
  EventView,
  fromByteString,
  type LoadedRule,
  loadRules,
  priorityName,
  type RuleSet,
} from '@lanner/engine';
import { latin1, replayAudit, replayCapture, StateTables } from '@lanner/sensor';
import { describe, expect, test } from 'vitest';

// Falco's own rule files, and captures; ../shared lies beside the repository.
const own = fileURLToPath(new URL('../rules/', import.meta.url));
const shared = fileURLToPath(new URL('../../shared/', import.meta.url));
const upstream = join(shared, 'reference/falco/upstream-rules');

const ownSyscall = readdirSync(own)
  .filter((name) => /^[123]0-.*(?<!\.test)\.yaml$/.test(name))
  .sort()
  .map((name) => join(own, name));
const ownAudit = [join(own, '40-kubernetes-audit.yaml')];
const upstreamSyscall = ['falco', 'falco-incubating', 'falco-sandbox'].map((name) =>
  join(upstream, `${name}_rules.yaml`),
);
const upstreamAudit = [join(upstream, 'plugins/k8s_audit_rules.yaml')];

const plugins = [
  { name: 'container', version: '0.7.1' },
  { name: 'json', version: '0.7.4' },
  { name: 'k8saudit', version: '0.18.0', source: 'k8s_audit' },
];

if (!existsSync(upstream)) {
  test.skip('default rules beside those of Falco (needs ../shared/reference, which is absent)', () =>
    undefined);
} else {
  describe.each([
    ['syscall', ownSyscall, upstreamSyscall, 80],
    ['k8s_audit', ownAudit, upstreamAudit, 30],
  ] as const)('%s rules', (_, ownPaths, upstreamPaths, atLeast) => {
    const wanted = load(upstreamPaths);
    const found = load(ownPaths);

    test('load without an error', () => {
      expect(found.successful).toBe(true);
      expect(found.results.flatMap(({ errors }) => errors)).toEqual([]);
    });

    test('are the same rules: priority, source, tags, whether enabled, event types', () => {
      const rules = wanted.rules.map(factsOf);
      expect(rules.length).toBeGreaterThanOrEqual(atLeast);
      expect(found.rules.map(factsOf).sort(byName)).toEqual(rules.sort(byName));
    });

    test('have the macros and lists that files of users append to', () => {
      const names = (set: RuleSet): string[] => [
        ...set.macros.map(({ name }) => `macro ${name}`),
        ...set.lists.map(({ name }) => `list ${name}`),
      ];
      const known = new Set(names(found));
      expect(names(wanted).filter((name) => !known.has(name))).toEqual([]);
    });
  });

  describe('the same rules match the same events', () => {
    const sets = matchersOf(load(ownSyscall), load(upstreamSyscall));
    const scaps = globSync(['oracle/falco/captures/*.scap', 'reference/falco/captures/**/*.scap'], {
      cwd: shared,
    }).sort();
    let alerts = 0;

    test('there are captures', () => {
      expect(scaps.length).toBeGreaterThan(10);
    });

    test.each(scaps)('%s', async (path) => {
      alerts += await matchCapture(join(shared, path), sets);
      for (const { title, differences } of sets) {
        expect(differences.splice(0), title).toEqual([]);
      }
    });

    test('and there were alerts to compare', () => {
      expect(alerts).toBeGreaterThan(100);
    });
  });

  describe('the same rules match the same audit events', () => {
    const sets = matchersOf(load(ownAudit), load(upstreamAudit));
    const logs = globSync('reference/falco/captures/**/k8s_audit/*.json', { cwd: shared }).sort();

    test('all logs', async () => {
      expect(logs.length).toBeGreaterThan(40);
      let alerts = 0;
      for (const path of logs) {
        alerts += await matchLog(join(shared, path), sets);
        for (const { title, differences } of sets) {
          expect(differences.splice(0), `${path}, ${title}`).toEqual([]);
        }
      }
      expect(alerts).toBeGreaterThan(30);
    });
  });
}

function load(paths: readonly string[]): RuleSet {
  return loadRules(
    paths.map((path) => ({ name: path, content: readFileSync(path, 'latin1') })),
    { plugins },
  );
}

interface Facts {
  readonly name: string;
  readonly priority: string;
  readonly source: string;
  readonly tags: readonly string[];
  readonly enabled: boolean;
  readonly eventIds: readonly number[];
}

function factsOf(rule: LoadedRule): Facts {
  return {
    name: fromByteString(rule.name),
    priority: priorityName(rule.priority),
    source: rule.source,
    tags: rule.tags,
    enabled: rule.enabledByDefault,
    eventIds: [...rule.eventIds].sort((a, b) => a - b),
  };
}

function byName(a: Facts, b: Facts): number {
  return a.name < b.name ? -1 : 1;
}

/** Two sets of rules under one way of matching, and the events on which they disagreed. */
interface Matcher {
  readonly title: string;
  readonly found: CompiledRuleset<LoadedRule>;
  readonly wanted: CompiledRuleset<LoadedRule>;
  readonly differences: string[];
}

/** The last also runs the rules that are off by default. */
function matchersOf(found: RuleSet, wanted: RuleSet): Matcher[] {
  return [
    {
      title: 'rule_matching first',
      found: compileRuleset(found.enabled, 'first'),
      wanted: compileRuleset(wanted.enabled, 'first'),
      differences: [],
    },
    {
      title: 'rule_matching all, all rules enabled',
      found: compileRuleset(found.rules, 'all'),
      wanted: compileRuleset(wanted.rules, 'all'),
      differences: [],
    },
  ];
}

const names: string[] = [];
const wantedNames: string[] = [];
function note(rule: LoadedRule): void {
  names.push(rule.name);
}
function noteWanted(rule: LoadedRule): void {
  wantedNames.push(rule.name);
}

/** Matches one event against all; gives how many alerts Falco's rules raise under the first matcher. */
function compare(sets: readonly Matcher[], event: EventView): number {
  let alerts = 0;
  for (const { found, wanted, differences } of sets) {
    found.match(event, note);
    wanted.match(event, noteWanted);
    if (names.length === 0 && wantedNames.length === 0) {
      continue;
    }
    alerts += wantedNames.length;
    const [missing, extra] = [without(wantedNames, names), without(names, wantedNames)];
    if (missing.length + extra.length > 0 && differences.length < 20) {
      differences.push(`${event.ts} #${event.num}: missing [${missing.join()}], extra [${extra.join()}]`);
    }
    names.length = 0;
    wantedNames.length = 0;
  }
  return alerts;
}

function without(list: readonly string[], others: readonly string[]): string[] {
  return list.filter((name) => !others.includes(name));
}

async function matchCapture(path: string, sets: readonly Matcher[]): Promise<number> {
  const state = new StateTables({ hostname: '', maxThreads: 262_144, utcOffsetS: 0 });
  const event = new EventView(state, latin1);
  let alerts = 0;
  let num = 0;
  await replayCapture(path, {
    event,
    sink: state.sink,
    onEvent() {
      event.num = ++num;
      state.apply(event);
      if (state.isStarted) {
        alerts += compare(sets, event);
      }
    },
    onPause: () => undefined,
    signal: new AbortController().signal,
  });
  return alerts;
}

async function matchLog(path: string, sets: readonly Matcher[]): Promise<number> {
  const event = new EventView(new StateTables({ hostname: '', maxThreads: 1024, utcOffsetS: 0 }), latin1);
  let alerts = 0;
  await replayAudit(path, {
    event,
    onEvent() {
      alerts += compare(sets, event);
    },
    // Some logs have records that are no audit events; Falco skips them too.
    onProblem: () => undefined,
  });
  return alerts;
}
