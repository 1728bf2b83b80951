import type { AgentHealth, AgentRules, RuleEvaluation } from '@lanner/api';
import type { RuleState } from '@lanner/api/http';
import { AppError } from '@lanner/core';
import { beforeEach, expect, test } from 'vitest';
import type { ExceptionProposal } from '../../calm/exceptions.ts';
import type { Agent } from '../../agents/registry.ts';
import type { RulesPart } from '../../rules/rules-part.ts';
import { type Bench, benchEvent, connection, openBench } from '../../testkit/api-bench.ts';
import type { AgentsPart } from './agents.ts';
import { ruleHandlers } from './rules.ts';

const shell: RuleState = {
  name: 'Shell',
  source: 'syscall',
  priority: 'Notice',
  tags: [],
  description: '',
  file: 'base.yaml',
  line: 1,
  enabled: true,
  offBy: null,
  switched: null,
  changed: false,
  exceptions: 0,
  cost: null,
};

/** Rules that fire for one program, and take down what they are asked for. */
class FakeRules implements RulesPart {
  readonly asked: string[] = [];
  readonly exceptions: string[][] = [];
  refuses = false;
  asking: Promise<void> = Promise.resolve();

  survey() {
    return Promise.resolve({
      rules: [shell, { ...shell, name: 'Never' }],
      costsPending: true,
      place: { applied: 'sensor' as const, folder: '/data/rules', files: [], unmatched: [] },
      evaluation: { events: 100, nsPerEvent: 300, rules: [{ rule: 'Shell', share: 0.5 }] },
    });
  }
  detail(): Promise<null> {
    return Promise.resolve(null);
  }
  own() {
    return { text: 'x', revision: 'r', previous: null, exceptions: '', switches: '' };
  }
  served() {
    return { revision: 'r', own: 'x', exceptions: [], switches: [] };
  }
  switchRule(name: string, enabled: boolean): Promise<void> {
    this.asked.push(`${name} ${enabled ? 'on' : 'off'}`);
    return Promise.resolve();
  }
  check(text: string) {
    return Promise.resolve({ accepted: text === 'good', diagnostics: [], rules: [] });
  }
  async trial(text: string) {
    await this.asking;
    return {
      source: 'syscall',
      judge: (alerts: Parameters<Awaited<ReturnType<RulesPart['trial']>>['judge']>[0]) =>
        Promise.resolve(
          alerts.map(({ event }) => {
            const name = event.output_fields['proc.name'];
            return name === undefined
              ? { holds: null, missing: ['proc.name'] }
              : { holds: name === text, missing: [] };
          }),
        ),
    };
  }
  save(text: string, revision: string) {
    if (revision !== 'r') {
      return Promise.reject(new AppError('store.conflict', 'changed'));
    }
    this.asked.push(`save ${text}`);
    return Promise.resolve({ revision: 's', applied: true });
  }
  setExceptions(all: readonly ExceptionProposal[]) {
    if (this.refuses) {
      return Promise.reject(new AppError('rules.invalid', 'not accepted'));
    }
    this.exceptions.push(all.map(({ name }) => name));
    return Promise.resolve(true);
  }
}

let bench: Bench;
let rules: FakeRules;
beforeEach(async () => {
  rules = new FakeRules();
  bench = await openBench({ rules });
});

async function ask(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; value: unknown }> {
  const response = await bench.api.app.request(
    `/api/v1/${path}`,
    {
      method,
      headers: { authorization: `Bearer ${bench.admin}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
    connection,
  );
  return { status: response.status, value: await response.json() };
}

async function take(rule: string, fields: Record<string, unknown>, time?: string): Promise<void> {
  await bench.intake.take(benchEvent(rule, 'Notice', fields, time));
}

test('rules come with what they brought, also those that are only known from alerts', async () => {
  await take('Shell', { 'proc.name': 'sh' });
  await take('Shell', { 'proc.name': 'bash', 'k8s.ns.name': 'shop' }, '2026-01-01T13:00:00Z');
  await take('Shell', { 'proc.name': 'sh' }, '2025-12-01T12:00:00Z');
  await take('Of a node', { 'fd.name': '/x' });
  const silence = { conditions: { namespace: ['shop'] }, reason: 'x', expiresMs: 4e12 };
  expect((await ask('POST', 'silences', silence)).status).toBe(200);
  expect((await ask('POST', 'silences', silence)).status).toBe(200);
  const { status, value } = await ask('GET', 'rules?from=24h');
  expect(status).toBe(200);
  expect(value).toMatchObject({
    costsPending: true,
    place: { applied: 'sensor' },
    rules: [
      { name: 'Shell', alerts: 2, groups: 2, silenced: 2, lastMs: Date.parse('2026-01-01T13:00:00Z') },
      { name: 'Never', alerts: 0, groups: 0, silenced: 0, lastMs: null },
    ],
    elsewhere: [{ name: 'Of a node', alerts: 1, groups: 1, silenced: 0 }],
  });
});

test('rules come with what they take here and at agents, and agents with whether they run the changes of the page', async () => {
  const health = (evaluation: RuleEvaluation | null, rules: AgentRules | null): AgentHealth => ({
    ...{ version: '1.2', startedMs: 0, sensor: 'running', events: 0, drops: 0, alertsLost: 0, blindRules: 0 },
    ...{ blindSeconds: 0, notes: [], rules, evaluation },
    spool: {
      waiting: 0,
      bytes: 0,
      oldestMs: null,
      droppedBySize: 0,
      droppedByAge: 0,
      damaged: 0,
      refused: 0,
    },
  });
  const agent = (name: string, told: AgentHealth | null, seenMs: number | null): Agent => ({
    ...{
      id: name,
      name,
      joinedBy: 'join',
      enrolledMs: 0,
      serials: [],
      expiresMs: 4e12,
      seenMs,
      health: told,
    },
    revokedMs: name === 'gone' ? 1 : null,
  });
  const timed = { events: 300, nsPerEvent: 100, rules: [{ rule: 'Shell', share: 0.2 }] };
  const runs = { revision: 'r', unmatched: 2, refused: null };
  const refuses = { revision: 'q', unmatched: 0, refused: { revision: 'r', reason: 'line 3' } };
  const nowMs = Date.parse('2026-01-01T14:00:00Z');
  const listed = [
    agent('well', health(timed, runs), nowMs),
    agent('refusing', health(null, refuses), nowMs),
    agent('silent', health(timed, { ...runs, revision: 'q' }), 0),
    agent('fresh', null, null),
    agent('gone', health(timed, runs), 0),
  ];
  const part: AgentsPart = {
    // Nothing else of it is asked for.
    registry: { list: () => listed } as unknown as AgentsPart['registry'],
    port: () => 1,
    rulesRevision: () => 'r',
  };
  const { listRules } = ruleHandlers(rules, bench.store.alerts, { list: () => [] }, part);
  const answer = await listRules({
    ...{ query: {}, params: {}, body: {}, nowMs },
    // Who asks makes no difference.
  } as unknown as Parameters<typeof listRules>[0]);
  expect(answer.evaluation).toEqual({ events: 400, nsPerEvent: 150, machines: 2 });
  // 15,000 of 30,000 ns here, 6,000 of 30,000 there.
  expect(answer.rules[0]?.timed?.share).toBeCloseTo(21 / 60);
  expect(answer.rules[0]?.timed?.nsPerEvent).toBeCloseTo(52.5);
  expect(answer.rules[1]?.timed).toBeNull();
  expect(
    answer.agents.map(({ name, state, rules: there, reason, unmatched }) => [
      name,
      state,
      there,
      reason,
      unmatched,
    ]),
  ).toEqual([
    ['well', 'connected', 'current', null, 2],
    ['refusing', 'connected', 'refused', 'line 3', 0],
    ['silent', 'away', 'behind', null, 2],
    ['fresh', 'away', 'own', null, 0],
  ]);
});

test('a change of a rule is carried out, and stands in the audit log with its rule', async () => {
  expect((await ask('PUT', 'rules/Shell%20%2F%20x/enabled', { enabled: false })).status).toBe(200);
  expect((await ask('PUT', 'rule-files/own', { text: 'y', revision: 'r' })).value).toEqual({
    revision: 's',
    applied: true,
  });
  expect((await ask('PUT', 'rule-files/own', { text: 'y', revision: 'q' })).status).toBe(409);
  expect(rules.asked).toEqual(['Shell / x off', 'save y']);
  const entries = await bench.store.audit.list(10);
  expect(entries.map(({ action, target, by }) => [action, target, by])).toEqual([
    ['rules.save', '', 'ada'],
    ['rule.switch', 'Shell / x', 'ada'],
  ]);
  expect(entries[0]?.details).toMatchObject({ body: { text: 'y' } });
});

test('what is looked at: files, a check, a rule that there is not', async () => {
  expect((await ask('GET', 'rule-files')).value).toMatchObject({ text: 'x', revision: 'r' });
  expect((await ask('POST', 'rule-files/check', { text: 'good' })).value).toMatchObject({ accepted: true });
  expect((await ask('GET', 'rules/nobody')).status).toBe(404);
  expect((await ask('POST', 'rule-files/check', { text: 'x'.repeat(400_001) })).status).toBe(400);
});

test('a rule is tried on alerts: which fire, which do not, and what cannot be said', async () => {
  await take('Shell', { 'proc.name': 'sh' });
  await take('Shell', { 'proc.name': 'bash' });
  await take('Shell', { 'fd.name': '/x' });
  await take('Other', { 'proc.name': 'sh' });
  await take('Shell', { 'proc.name': 'sh' }, '2025-12-01T12:00:00Z');
  const tried = await ask('POST', 'rule-files/try', { text: 'sh', rule: 'Shell', from: '24h' });
  expect(tried.value).toMatchObject({
    fires: 1,
    quiet: 1,
    unknown: 1,
    examined: 3,
    complete: true,
    missing: [{ field: 'proc.name', alerts: 1 }],
  });
  const { examples } = tried.value as { examples: { verdict: string; output: string }[] };
  expect(examples.map(({ verdict }) => verdict).sort()).toEqual(['fires', 'quiet', 'unknown']);
  expect((await ask('POST', 'rule-files/try', { text: 'sh', rule: 'Shell', all: true })).value).toMatchObject(
    {
      fires: 3,
      examined: 5,
    },
  );
});

test('one is tried at a time', async () => {
  let release = (): void => undefined;
  rules.asking = new Promise((resolve) => {
    release = resolve;
  });
  const first = ask('POST', 'rule-files/try', { text: 'sh', rule: 'Shell' });
  await new Promise(setImmediate);
  expect((await ask('POST', 'rule-files/try', { text: 'sh', rule: 'Shell' })).status).toBe(503);
  release();
  expect((await first).status).toBe(200);
  expect((await ask('POST', 'rule-files/try', { text: 'sh', rule: 'Shell' })).status).toBe(200);
});

test('exceptions go to the rules that run, before they are kept', async () => {
  const exception = { rule: 'Shell', name: 'a', fields: ['proc.name'], comps: ['='], values: [['sh']] };
  const saved = await ask('POST', 'exceptions', exception);
  expect(saved.value).toMatchObject({ applied: true });
  await ask('POST', 'exceptions', { ...exception, name: 'b' });
  await ask('POST', 'exceptions', { ...exception, values: [['bash']] });
  rules.refuses = true;
  expect((await ask('POST', 'exceptions', { ...exception, name: 'c' })).status).toBe(400);
  rules.refuses = false;
  await ask('DELETE', `exceptions/${(saved.value as { id: string }).id}`);
  expect(rules.exceptions.map((names) => names.sort().join(''))).toEqual(['a', 'ab', 'ab', 'b']);
  const { value } = await ask('GET', 'exceptions');
  expect((value as { exceptions: unknown[] }).exceptions).toHaveLength(1);
});

test('a server that keeps no rules says so', async () => {
  bench = await openBench();
  expect(await ask('GET', 'rules')).toMatchObject({
    status: 404,
    value: { error: { message: 'this server keeps no rules' } },
  });
});
