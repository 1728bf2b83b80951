import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { runLanner } from './lib/run-lanner.ts';

interface Detection {
  readonly rule?: string;
  readonly priority?: string;
  readonly source?: string;
  /** A number, or `>0`. */
  readonly count: number | string;
}

interface Case {
  readonly id: string;
  readonly rules: readonly string[];
  readonly capture_file: string | null;
  readonly args: readonly (readonly string[])[];
  readonly EnabledTags?: readonly (readonly string[])[];
  readonly DisabledTags?: readonly (readonly string[])[];
  readonly DisabledRules?: readonly (readonly string[])[];
  readonly Config?: readonly string[];
  readonly exit_code: number;
  readonly detections: readonly Detection[];
}

interface Cases {
  readonly rules: Readonly<Record<string, { name: string; content: string }>>;
  readonly cases: readonly Case[];
}

const shared = fileURLToPath(new URL('../../shared/', import.meta.url));
const casesPath = join(shared, 'conformance/falco/detection-cases.json');
const captures = join(shared, 'reference/falco/captures');
const upstream = join(shared, 'reference/falco/upstream-rules');
const folder = mkdtempSync(join(tmpdir(), 'lanner-detections-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const present = existsSync(casesPath);
const { rules, cases } = present
  ? (JSON.parse(readFileSync(casesPath, 'utf8')) as Cases)
  : { rules: {}, cases: [] };

/** Cases whose expectation Falco itself no longer meets; each has its reason in known-differences.md. */
const outdated: ReadonlySet<string> = new Set(['legacy_test.go:TestFalco_Legacy_CatchallOrder']);

// Cases with a configuration of their own name it without its text; audit records have a suite of their own.
const runnable = cases.filter(
  ({ id, capture_file, Config }) =>
    Config === undefined && capture_file?.endsWith('.scap') === true && !outdated.has(id),
);

/** The folders of rules that upstream names instead of their text. */
const upstreamFiles: Readonly<Record<string, string>> = {
  FalcoRules: join(upstream, 'falco_rules.yaml'),
  K8SAuditRules: join(upstream, 'plugins/k8s_audit_rules.yaml'),
};

function ruleFile(name: string): string {
  const known = rules[name];
  if (known === undefined) {
    return upstreamFiles[name] ?? name;
  }
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, known.content);
  return path;
}

function selections({ EnabledTags, DisabledTags, DisabledRules }: Case): string[] {
  const entries = [
    ...(EnabledTags === undefined ? [] : ['{"disable": {"rule": "*"}}']),
    ...(EnabledTags ?? []).flat().map((tag) => JSON.stringify({ enable: { tag } })),
    ...(DisabledTags ?? []).flat().map((tag) => JSON.stringify({ disable: { tag } })),
    ...(DisabledRules ?? []).flat().map((rule) => JSON.stringify({ disable: { rule } })),
  ];
  return entries.flatMap((entry) => ['-o', `rules[]=${entry}`]);
}

interface AlertLine {
  readonly rule: string;
  readonly priority: string;
  readonly source: string;
}

/** Falco writes priorities short or long, in any case. */
const canonicalPriority = (text: string): string => text.toLowerCase().replace(/^info$/, 'informational');

describe.skipIf(!present)('detections of the reference (needs ../shared)', () => {
  test('there are cases to run', () => {
    expect(runnable.length).toBeGreaterThan(30);
  });

  test.each(runnable.map((entry) => [entry.id, entry] as const))('%s', async (_, entry) => {
    const { code, stdout, stderr } = await runLanner([
      'detect',
      '--capture',
      join(captures, entry.capture_file ?? ''),
      ...entry.rules.flatMap((name) => ['-r', ruleFile(name)]),
      ...entry.args.flat(),
      ...selections(entry),
      '-o',
      'json_output=true',
      '-o',
      'append_output=[]',
      '--lenient',
    ]);
    expect(code, stderr).toBe(entry.exit_code);
    const alerts = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as AlertLine);
    for (const { rule, priority, source, count } of entry.detections) {
      const found = alerts.filter(
        (alert) =>
          (rule === undefined || alert.rule === rule) &&
          (source === undefined || alert.source === source) &&
          (priority === undefined || canonicalPriority(alert.priority) === canonicalPriority(priority)),
      ).length;
      const what = `alerts of ${rule ?? priority ?? 'all rules'}`;
      if (count === '>0') {
        expect(found, what).toBeGreaterThan(0);
      } else {
        expect(found, what).toBe(Number(count));
      }
    }
  });
});
