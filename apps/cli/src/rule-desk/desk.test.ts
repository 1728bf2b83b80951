import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RulePlace } from '@lanner/api/http';
import { AppError, silentLog } from '@lanner/core';
import { fromByteString, loadRules } from '@lanner/engine';
import type { ExceptionProposal } from '@lanner/hub';
import type { TrialVerdict } from '@lanner/hub/http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FoundRuleFile } from '../detect/rule-files.ts';
import { recordingLog } from '../testkit/recording-log.ts';
import { RuleDesk } from './desk.ts';
import type { RuleRunner } from './rule-runner.ts';
import { type AskRules, deskMethods } from './work.ts';

const configured = `
- macro: reading
  condition: evt.type = openat and evt.is_open_read = true
- rule: Reads secrets
  desc: Somebody reads what is secret
  condition: reading and fd.name startswith /etc/shadow and proc.name != sshd
  output: read %fd.name by %proc.name
  priority: WARNING
  tags: [files]
- rule: Runs shell
  desc: d
  condition: evt.type = execve and proc.name = sh
  output: o %proc.name
  priority: NOTICE
  enabled: false
- rule: Small talk
  desc: d
  condition: evt.type = connect
  output: o
  priority: DEBUG
`;
const ownRule = `- rule: Mine
  desc: Mine
  condition: evt.type = unlinkat and proc.name = rm
  output: removed by %proc.name
  priority: ERROR
`;
const proposal: ExceptionProposal = {
  rule: 'Reads secrets',
  name: 'backup',
  fields: ['proc.name'],
  comps: ['='],
  values: [['tar']],
};

let folder: string;
let applied: RulePlace['applied'];
let refusal: AppError | null;
let base: string;
let desk: RuleDesk;
/** What the runner loaded, by reload. */
let loads: (readonly FoundRuleFile[])[];

const methods = deskMethods();
const ask: AskRules = async (name, ...args) => {
  // As a thread does it: what is handed over is a copy.
  const method = methods[name] as (...all: unknown[]) => never;
  return structuredClone(await Promise.resolve(method(...structuredClone(args))));
};
const runner: RuleRunner = {
  configured: () => ({
    files: [{ path: 'base.yaml', content: base }],
    load: { extraOutputs: [], selections: [], minPriority: 6, staticFields: {} },
  }),
  state: () => applied,
  reload() {
    loads.push(desk.files);
    return refusal === null ? Promise.resolve() : Promise.reject(refusal);
  },
};

async function open(exceptions: readonly ExceptionProposal[] = []): Promise<RuleDesk> {
  desk = await RuleDesk.open({ folder: join(folder, 'rules'), ask, log: silentLog }, runner, exceptions);
  return desk;
}

/** Names of the rules that would run now. */
function running(): string[] {
  const { enabled, results } = loadRules([
    { name: 'base.yaml', content: base },
    ...desk.files.map(({ path, content }) => ({ name: path, content })),
  ]);
  expect(results.flatMap(({ errors }) => errors)).toEqual([]);
  return enabled.map(({ name }) => fromByteString(name));
}

const save = (text: string) => desk.save(text, desk.own().revision);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lanner-desk-'));
  applied = 'sensor';
  refusal = null;
  base = configured;
  loads = [];
  await open();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('what agents are given', () => {
  test('is what the page has, under a name that changes with it', async () => {
    const before = desk.served();
    expect(before).toMatchObject({ own: '', exceptions: [], switches: [] });
    await save(ownRule);
    await desk.setExceptions([proposal]);
    await desk.switchRule('Runs shell', true);
    const { revision, own, exceptions, switches } = desk.served();
    expect(own).toBe(ownRule);
    expect(exceptions.map(({ rule }) => rule)).toEqual(['Reads secrets']);
    expect(switches.map(({ rule }) => rule)).toEqual(['Runs shell']);
    expect(revision).not.toBe(before.revision);
    expect((await open([proposal])).served().revision).toBe(revision);
  });

  test('stays what it was when a change is refused', async () => {
    await save(ownRule);
    const { revision } = desk.served();
    refusal = new AppError('rules.invalid', 'no');
    await expect(save('# another\n')).rejects.toThrow('no');
    expect(desk.served().revision).toBe(revision);
  });
});

describe('the list', () => {
  test('says of each rule whether it runs, and why not', async () => {
    const { rules, place } = await desk.survey();
    expect(rules.map(({ name, enabled, offBy }) => [name, enabled, offBy])).toEqual([
      ['Reads secrets', true, null],
      ['Runs shell', false, 'definition'],
      ['Small talk', false, 'priority'],
    ]);
    expect(rules[0]).toMatchObject({
      priority: 'Warning',
      tags: ['files'],
      description: 'Somebody reads what is secret',
      file: 'base.yaml',
      line: 4,
      changed: false,
      switched: null,
    });
    expect(place).toMatchObject({
      applied: 'sensor',
      unmatched: [],
      files: [{ path: 'base.yaml', by: 'configuration', loaded: true, problem: null }],
    });
    expect(existsSync(join(folder, 'rules'))).toBe(false);
  });

  test('has costs once they are worked out, for the rules that are', async () => {
    expect((await desk.survey()).costsPending).toBe(true);
    await new Promise(setImmediate);
    const { rules, costsPending } = await desk.survey();
    expect(costsPending).toBe(false);
    const [reads, shell] = rules;
    expect(reads?.cost).toMatchObject({ events: [{ name: 'openat', filter: 'test' }] });
    expect(reads?.cost?.inUserSpace).toBeGreaterThan(0);
    expect(shell?.cost).toBeNull();
  });
});

describe('one rule', () => {
  test('is shown as it stands, as it is meant, and as a change to begin with that changes nothing', async () => {
    const detail = await desk.detail('Reads secrets');
    expect(detail?.text).toMatch(/^- rule: Reads secrets\n[^]*tags: \[files\]\n$/);
    expect(detail?.condition).toContain('evt.type = openat');
    expect(detail?.macros.map(({ name }) => name)).toEqual(['reading']);
    expect(await desk.check(detail?.override ?? '')).toMatchObject({ accepted: true, diagnostics: [] });
    await save(detail?.override ?? '');
    const after = await desk.detail('Reads secrets');
    expect(after?.condition).toBe(detail?.condition);
    expect(after?.rule).toMatchObject({ priority: 'Warning', tags: ['files'], changed: true });
    expect(await desk.detail('nobody')).toBeNull();
  });
});

describe('switches', () => {
  test('are overrides in Falco’s syntax that stay, and go when they say what the rule says', async () => {
    await desk.switchRule('Reads secrets', false);
    await desk.switchRule('Runs shell', true);
    expect(running()).toEqual(['Runs shell', 'Small talk']);
    expect(desk.own().switches).toContain(
      '- rule: Reads secrets\n  enabled: false\n  override:\n    enabled: replace\n',
    );
    await open();
    expect(running()).toEqual(['Runs shell', 'Small talk']);
    expect((await desk.survey()).rules.map(({ offBy, switched }) => [offBy, switched])).toEqual([
      ['switch', false],
      [null, true],
      ['priority', null],
    ]);
    await desk.switchRule('Reads secrets', true);
    await desk.switchRule('Runs shell', false);
    expect(desk.own().switches).toBe('');
    expect(loads).toHaveLength(4);
  });

  test('that have no effect, or no rule, are refused', async () => {
    await expect(desk.switchRule('Small talk', true)).rejects.toThrow('the configuration decides');
    await expect(desk.switchRule('nobody', true)).rejects.toMatchObject({ code: 'store.missing' });
    expect(loads).toEqual([]);
    expect(desk.own().switches).toBe('');
  });

  test('of a rule that is gone upstream are left out and told', async () => {
    await desk.switchRule('Reads secrets', false);
    base = configured.replaceAll('Reads secrets', 'Reads shadow');
    await open();
    expect(running()).toEqual(['Reads shadow', 'Small talk']);
    expect((await desk.survey()).place.unmatched).toEqual(['Reads secrets']);
  });
});

describe('own rules', () => {
  test('what is wrong is told by line and column', async () => {
    const { accepted, diagnostics, rules } = await desk.check(ownRule.replace('proc.name', 'proc.nam'));
    expect(accepted).toBe(false);
    expect(diagnostics[0]).toMatchObject({ severity: 'error', line: 3, column: 38 });
    expect(diagnostics[0]?.message).toContain('proc.nam');
    expect(rules).toEqual([{ name: 'Mine', line: 1 }]);
    expect(await desk.check(ownRule)).toMatchObject({ accepted: true, diagnostics: [] });
    expect((await desk.check('- rule: [\n')).diagnostics[0]).toMatchObject({ code: 'LOAD_ERR_YAML_PARSE' });
    expect((await desk.check('x: 1')).accepted).toBe(false);
    // Nothing of it is kept.
    expect(desk.own().text).toBe('');
  });

  test('are saved, run, and still there after a restart; the ones before are kept', async () => {
    expect(await save(ownRule)).toMatchObject({ applied: true });
    expect(running()).toContain('Mine');
    await save(`${ownRule}# ключ\n`);
    expect(desk.own()).toMatchObject({ text: `${ownRule}# ключ\n`, previous: ownRule });
    await open();
    expect(running()).toContain('Mine');
    await save('');
    expect(running()).not.toContain('Mine');
    expect(desk.own()).toMatchObject({ text: '', previous: `${ownRule}# ключ\n` });
    expect(readdirSync(join(folder, 'rules')).filter((name) => name.endsWith('.yaml'))).toEqual([]);
  });

  test('that are wrong, or of an old state, change nothing', async () => {
    await save(ownRule);
    await expect(save('- rule: x')).rejects.toMatchObject({ code: 'rules.invalid' });
    await expect(desk.save('', 'old')).rejects.toMatchObject({ code: 'store.conflict' });
    expect(desk.own().text).toBe(ownRule);
    expect(loads).toHaveLength(1);
  });

  test('that the sensor refuses are taken back as a whole', async () => {
    await save(ownRule);
    refusal = new AppError('sensor.failed', 'the kernel takes no more');
    await expect(save(ownRule.replaceAll('Mine', 'Other'))).rejects.toThrow('the kernel takes no more');
    await expect(desk.switchRule('Reads secrets', false)).rejects.toThrow('the kernel takes no more');
    await expect(desk.setExceptions([proposal])).rejects.toThrow('the kernel takes no more');
    expect(desk.own()).toMatchObject({ text: ownRule, previous: null, switches: '', exceptions: '' });
    expect(running()).toEqual(['Reads secrets', 'Small talk', 'Mine']);
  });

  test('wait for a sensor that is starting, and are only kept where none runs', async () => {
    applied = 'starting';
    await expect(save(ownRule)).rejects.toMatchObject({ code: 'server.busy' });
    applied = 'nowhere';
    expect(await save(ownRule)).toMatchObject({ applied: false });
    expect(loads).toEqual([]);
    expect(desk.own().text).toBe(ownRule);
  });

  test('that the rules of today do not go with are left out at the start, and said', async () => {
    await save(`- rule: Uses\n  desc: d\n  condition: reading\n  output: o\n  priority: INFO\n`);
    await desk.switchRule('Reads secrets', false);
    base = configured.replaceAll('reading', 'opening');
    const log = recordingLog();
    desk = await RuleDesk.open({ folder: join(folder, 'rules'), ask, log }, runner, []);
    expect(running()).toEqual(['Small talk']);
    expect(desk.notes[0]).toContain('1-own.yaml is not loaded: line 3');
    expect(log.lines.join('\n')).toContain('error rules of the page are not loaded');
    const { place } = await desk.survey();
    expect(place.files.map(({ by, loaded }) => [by, loaded])).toEqual([
      ['configuration', true],
      ['page', false],
      ['page', true],
    ]);
  });
});

describe('exceptions', () => {
  test('are put behind the rules and run; those of unknown rules wait', async () => {
    expect(await desk.setExceptions([proposal, { ...proposal, rule: 'Of another machine' }])).toBe(true);
    const [file] = desk.files;
    expect(file?.content).toContain('exceptions: append');
    expect(file?.content).not.toContain('another machine');
    expect(readFileSync(join(folder, 'rules', '2-exceptions.yaml'), 'utf8')).toContain('another machine');
    expect((await desk.survey()).rules[0]?.exceptions).toBe(1);
    await desk.setExceptions([]);
    expect(desk.files).toEqual([]);
  });

  test('that cannot be are refused; at the start the others of them are loaded', async () => {
    const bad = { ...proposal, name: 'bad', fields: ['no.such'] };
    await expect(desk.setExceptions([bad])).rejects.toMatchObject({ code: 'rules.invalid' });
    await open([bad, proposal]);
    expect(desk.files.map(({ content }) => content).join('')).toContain('backup');
    expect(desk.notes[0]).toContain('2-exceptions.yaml');
  });
});

test('a file that somebody else damaged does not end the server', async () => {
  await save(ownRule);
  writeFileSync(join(folder, 'rules', '1-own.yaml'), '\u0000\n- [');
  writeFileSync(join(folder, 'rules', '3-switches.yaml'), '{{{');
  await open();
  expect(running()).toEqual(['Reads secrets', 'Small talk']);
  expect((await desk.survey()).place.files[1]).toMatchObject({ loaded: false });
});

test('a rule is tried on what alerts say', async () => {
  const text = ownRule.replace('Mine', 'Reads secrets').replace(/unlinkat.*/, 'openat and proc.name = cat');
  const { source, judge } = await desk.trial(text, 'Reads secrets');
  expect(source).toBe('syscall');
  const event = { output_fields: { 'proc.name': 'cat' } };
  const verdicts = await judge([
    { event, facts: { 'evt.type': 'openat', 'proc.name': 'cat' } },
    { event, facts: { 'evt.type': 'openat', 'proc.name': 'vi' } },
    { event },
  ] as never);
  expect(verdicts).toEqual([
    { holds: true, missing: [] },
    { holds: false, missing: [] },
    { holds: null, missing: ['evt.type'] },
  ] satisfies TrialVerdict[]);
  await expect(desk.trial(ownRule, 'nobody')).rejects.toMatchObject({ code: 'rules.invalid' });
  await expect(desk.trial('- x', 'Mine')).rejects.toMatchObject({ code: 'rules.invalid' });
});
