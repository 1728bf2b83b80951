import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  compileRuleset,
  EventView,
  interpret,
  type LoadedRule,
  loadRules,
  priorityName,
  type RuleFile,
  type RuleSet,
  toByteString,
} from '@lanner/engine';
import { replayAudit } from '@lanner/sensor';
import { describe, expect, test } from 'vitest';
import { testState } from '../packages/engine/src/testkit/index.ts';

// Rules, audit logs and the alerts that the real Falco gives; ../shared lies beside the repository.
const shared = fileURLToPath(new URL('../../shared/', import.meta.url));
const casesPath = `${shared}conformance/falco/detection-cases.json`;

interface Detection {
  readonly rule?: string;
  readonly priority?: string;
  /** A number, or `>0`. */
  readonly count: number | string;
}

interface Case {
  readonly id: string;
  readonly rules: readonly string[];
  readonly capture_file?: string;
  readonly detections: readonly Detection[];
}

interface CaseFile {
  readonly rules: Readonly<Record<string, RuleFile | null>>;
  readonly cases: readonly Case[];
}

/** Rule files that the cases name without holding them. */
const published: Readonly<Record<string, string>> = {
  K8SAuditRules: 'reference/falco/upstream-rules/plugins/k8s_audit_rules.yaml',
};

/**
 * Alerts of cases that say nothing about alerts, where others of that kind have none: here the trusted image goes into
 * a list of the newer rules, while the older ones, which replace them, look at another list.
 */
const unsaidAlerts: Readonly<Record<string, readonly string[]>> = {
  'k8saudit_test.go:TestK8SAudit_Legacy_CompatEngineV4CreatePrivilegedTrustedPod': ['Create Privileged Pod'],
};

const plugins = [
  { name: 'k8saudit', version: '0.18.0', source: 'k8s_audit' },
  { name: 'json', version: '0.7.4' },
];

if (!existsSync(casesPath)) {
  test.skip('alerts for audit logs (needs ../shared/conformance, which is absent)', () => undefined);
} else {
  const { cases, rules } = JSON.parse(readFileSync(casesPath, 'utf8')) as CaseFile;
  const sets = new Map<string, RuleSet>();
  const audit = cases.filter(({ capture_file: file }) => file?.includes('/k8s_audit/') === true);

  test('there are cases', () => {
    expect(audit.length).toBeGreaterThan(20);
  });

  test.each(audit.map((wanted) => [wanted.id, wanted] as const))('%s', async (id, wanted) => {
    const { capture_file: capture = '' } = wanted;
    const key = wanted.rules.join();
    const set =
      sets.get(key) ??
      loadRules(
        wanted.rules.map((name) => ruleFile(rules, name)),
        { plugins },
      );
    sets.set(key, set);
    expect(set.results.flatMap(({ errors }) => errors)).toEqual([]);
    const alerts = await alertsOf(`${shared}reference/falco/captures/${capture}`, set.enabled);
    for (const detection of wanted.detections) {
      const { rule, priority, count } = detection;
      const found = alerts.filter(
        (alert) =>
          (rule === undefined || alert.name === rule) &&
          (priority === undefined || samePriority(priorityName(alert.priority), priority)),
      ).length;
      expect(count === '>0' ? found > 0 : found === Number(count), JSON.stringify({ detection, found })).toBe(
        true,
      );
    }
    if (wanted.detections.length === 0) {
      expect(alerts.map(({ name }) => name)).toEqual(unsaidAlerts[id] ?? []);
    }
  });

  describe('the published rules', () => {
    test('load without an error or a warning that names a field', () => {
      const set = loadRules([ruleFile(rules, 'K8SAuditRules')], { plugins });
      expect(set.successful).toBe(true);
      expect(set.rules.length).toBeGreaterThan(30);
      expect(set.results.flatMap(({ warnings }) => warnings.map(({ code }) => code))).not.toContain(
        'LOAD_UNKNOWN_SOURCE',
      );
    });
  });
}

function ruleFile(files: CaseFile['rules'], name: string): RuleFile {
  const path = published[name];
  const file = path === undefined ? files[name] : { name, content: readFileSync(shared + path, 'utf8') };
  if (file === null || file === undefined) {
    throw new Error(`the cases do not hold the rules ${name}`);
  }
  return { name: file.name, content: toByteString(file.content) };
}

/** The rule that matches each event first; the interpreter has to agree with the compiler. */
async function alertsOf(capture: string, rules: readonly LoadedRule[]): Promise<LoadedRule[]> {
  const compiled = compileRuleset(rules);
  const interpreted = rules.map((rule) => ({ rule, matches: interpret(rule.plan) }));
  const alerts: LoadedRule[] = [];
  const event = new EventView(testState());
  const { skipped } = await replayAudit(capture, {
    event,
    onEvent() {
      const first = interpreted.find(({ rule, matches }) => rule.source === event.source && matches(event));
      const before = alerts.length;
      compiled.match(event, (rule) => alerts.push(rule));
      expect(alerts.slice(before).map(({ name }) => name)).toEqual(
        first === undefined ? [] : [first.rule.name],
      );
    },
    onProblem: (problem) => expect.unreachable(problem.message),
  });
  expect(skipped).toBe(0);
  return alerts;
}

// Cases write INFO for what alerts call Informational.
function samePriority(name: string, wanted: string): boolean {
  return name.toUpperCase().startsWith(wanted.toUpperCase());
}
