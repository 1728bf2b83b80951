import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLog } from '@lanner/core';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { testEnvironment } from '../testkit/environment.ts';
import { type Loaded, Reloader } from './reload.ts';
import { replaySyscalls } from './replay.ts';
import { loadProgram } from './rule-program.ts';
import { findConfiguredRules, ruleProgram } from './rules.ts';
import { type LocalDetection, prepareDetection } from './run.ts';
import { readSettings } from './settings.ts';

const capture = fileURLToPath(
  new URL('../../../../conformance/fixtures/workload1-host.scap', import.meta.url),
);
const folder = mkdtempSync(join(tmpdir(), 'lanner-reload-'));
const rules = join(folder, 'rules.yaml');
const config = join(folder, 'falco.yaml');
const environment = testEnvironment();

function ruleText(output: string): string {
  return `- {rule: Program starts, desc: d, condition: "evt.type in (execve, execveat)", output: ${output}, priority: NOTICE}\n`;
}

function load(): Loaded {
  const settings = readSettings({ c: config, rules: [rules] }, {}, silentLog);
  const found = findConfiguredRules(settings);
  return { settings, found, program: ruleProgram(found.files, settings, undefined, environment) };
}

const source = { kind: 'replay', name: 'syscall', engine: null, capture } as const;

async function start(): Promise<{ detection: LocalDetection; reloader: Reloader; errors: string[] }> {
  const loaded = load();
  const errors: string[] = [];
  const log = { ...silentLog, error: (message: string) => void errors.push(message) };
  const program = loadProgram(loaded.program);
  const detection = await prepareDetection(program, source, loaded.settings, environment, log);
  return { detection, reloader: new Reloader(loaded, { detection, load, log }), errors };
}

beforeEach(() => {
  writeFileSync(rules, ruleText('first'));
  writeFileSync(config, 'stdout_output: {enabled: true}\nlog_syslog: false\n');
  environment.written.out = '';
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const system = { hostname: '', maxThreads: 10_000, utcOffsetS: 0 };

test('a hundred reloads under load lose no event and no alert, and broken rules change nothing', async () => {
  const still = await start();
  const expected = await replaySyscalls(capture, still.detection.run, system);
  const alertsPerReplay = still.detection.counts.total;
  expect(alertsPerReplay).toBeGreaterThan(10);
  await still.detection.hub.close(1000);
  environment.written.out = '';
  const { detection, reloader, errors } = await start();
  const { run } = detection;
  let asked = 0;
  let replays = 0;
  const pause = async (): Promise<void> => {
    // Every third time the file is broken.
    writeFileSync(rules, asked % 3 === 2 ? 'broken: [' : ruleText(`pass ${asked}`));
    const before = run.ruleset;
    const isDone = await reloader.reload('test', true);
    expect(isDone).toBe(asked % 3 !== 2);
    expect(run.ruleset === before).toBe(!isDone);
    asked++;
  };
  while (reloader.count < 100) {
    const figures = await replaySyscalls(
      capture,
      {
        ...run,
        get ruleset() {
          return run.ruleset;
        },
        pause,
      },
      system,
    );
    expect(figures.events).toBe(expected.events);
    replays++;
  }
  expect(detection.counts.total).toBe(replays * alertsPerReplay);
  expect(reloader.failed).toBeGreaterThan(0);
  expect(errors).toHaveLength(reloader.failed);
  await detection.hub.close(1000);
  expect(environment.written.out.match(/Notice/g)).toHaveLength(replays * alertsPerReplay);
  expect(environment.written.out).toContain('Notice pass 1\n');
});

test('equal contents are left alone unless a reload is forced', async () => {
  const { reloader } = await start();
  expect(await reloader.reload('file', false)).toBe(false);
  writeFileSync(rules, ruleText('second'));
  expect(await reloader.reload('file', false)).toBe(true);
  expect(await reloader.reload('SIGHUP', true)).toBe(true);
  expect(reloader.count).toBe(2);
});

test('whoever asks for an exchange hears why it failed, and the rules are kept', async () => {
  const { detection, reloader, errors } = await start();
  const { ruleset } = detection.run;
  writeFileSync(rules, 'broken: [');
  await expect(reloader.exchange()).rejects.toMatchObject({ code: 'rules.invalid' });
  expect(detection.run.ruleset).toBe(ruleset);
  writeFileSync(rules, ruleText('second'));
  await reloader.exchange();
  expect(detection.run.ruleset).not.toBe(ruleset);
  expect({ count: reloader.count, failed: reloader.failed, errors }).toEqual({
    count: 1,
    failed: 1,
    errors: [],
  });
  await detection.hub.close(1000);
});

test('a configuration that does not load keeps the rules', async () => {
  const { detection, reloader, errors } = await start();
  const before = detection.run.ruleset;
  writeFileSync(config, 'nosuch_key: 1\n');
  expect(await reloader.reload('file', false)).toBe(false);
  expect(detection.run.ruleset).toBe(before);
  expect(errors).toEqual(['reload failed, the rules that run are kept']);
});
