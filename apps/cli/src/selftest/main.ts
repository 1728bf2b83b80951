import { AppError, silentLog } from '@lanner/core';
import {
  type CommandEnvironment,
  type CommandInput,
  flagOption,
  listOption,
  textOption,
} from '../command.ts';
import { reportLoading } from '../detect/rules.ts';
import type { RuleProgram } from '../detect/rule-program.ts';
import { readSettings } from '../detect/settings.ts';
import { holdChild } from '../live/held-child.ts';
import { openSettings, ringSettings, systemSettings } from '../live/live-settings.ts';
import { processesScope } from '../live/scope.ts';
import { LiveSession } from '../live/session.ts';
import type { Behaviour } from './behaviour.ts';
import { behaviours } from './behaviours.ts';
import { type Observation, reportJson, reportText } from './report.ts';

/** How long an alert may take before its behaviour counts as not seen. */
const patienceMs = 2000;

/** What `lanner selftest` does: 0 when everything was seen. */
export async function selftest(environment: CommandEnvironment, { values }: CommandInput): Promise<number> {
  const performed = textOption(values, 'perform');
  if (performed !== undefined) {
    return (await import('./perform.ts')).perform(performed);
  }
  const chosen = choose(listOption(values, 'only'));
  const observations = await observe(chosen, environment);
  environment.out(
    flagOption(values, 'json')
      ? `${JSON.stringify(reportJson(observations))}\n`
      : reportText(observations, environment.outColour),
  );
  return observations.every(({ latencyMs }) => latencyMs !== null) ? 0 : 1;
}

function choose(ids: readonly string[]): readonly Behaviour[] {
  const unknown = ids.find((id) => !behaviours.some((each) => each.id === id));
  if (unknown !== undefined) {
    throw new AppError('usage.invalid', `the self-test has no behaviour ${unknown}`, {
      hint: `There are ${behaviours.map(({ id }) => id).join(', ')}.`,
    });
  }
  return ids.length === 0 ? behaviours : behaviours.filter(({ id }) => ids.includes(id));
}

/** Alerts that are waited for, by the rule. */
type Waiting = Map<string, (eventMs: number) => void>;

async function observe(
  chosen: readonly Behaviour[],
  environment: CommandEnvironment,
): Promise<Observation[]> {
  const settings = readSettings({}, environment.env, environment.log, []);
  const waiting: Waiting = new Map();
  const session = new LiveSession({
    ...systemSettings(settings.config, environment),
    log: environment.log,
    onAlert: (rule, { eventMs }) => waiting.get(rule.name)?.(eventMs),
    onFigures: () => undefined,
    onBlind: () => undefined,
  });
  try {
    await session.prepare(ringSettings(settings.config));
    const report = await session.exchange(programOf(chosen));
    reportLoading(report, { missing: [] }, silentLog);
    // Nobody is in the scope yet; each behaviour comes into it by itself.
    await session.open(openSettings(settings.config, processesScope([])));
    const observations: Observation[] = [];
    for (const behaviour of chosen) {
      observations.push(await observeOne(behaviour, session, waiting, environment));
    }
    await session.stop();
    return observations;
  } catch (error) {
    await session.abandon();
    throw error;
  }
}

async function observeOne(
  { id, family, doc }: Behaviour,
  session: LiveSession,
  waiting: Waiting,
  { env }: CommandEnvironment,
): Promise<Observation> {
  const child = holdChild([process.execPath, process.argv[1] ?? '', 'selftest', '--perform', id], env);
  const seen = new Promise<number>((resolve) => {
    waiting.set(id, (eventMs) => {
      // The clock of events has a finer resolution than that of dates.
      resolve(performance.timeOrigin + performance.now() - eventMs);
    });
  });
  await session.addToScope(child.pid);
  child.release();
  await child.exit;
  const latencyMs = await Promise.race([seen, nothing(patienceMs)]);
  waiting.delete(id);
  return { id, family, doc, latencyMs };
}

function nothing(afterMs: number): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(resolve, afterMs, null);
  });
}

/** One rule for each behaviour, whatever else is configured. */
export function programOf(chosen: readonly Behaviour[]): RuleProgram {
  const rules = chosen.map(({ id, doc, condition }) => ({
    rule: id,
    desc: doc,
    condition,
    output: '%evt.type %proc.name',
    priority: 'NOTICE',
  }));
  return {
    // JSON is YAML.
    files: [{ path: 'selftest', content: JSON.stringify(rules) }],
    load: { extraOutputs: [], selections: [], minPriority: 7, staticFields: {} },
    matching: 'all',
    print: {
      alert: {
        hostname: '',
        isoTime: true,
        includeOutput: true,
        includeMessage: false,
        includeFields: false,
        includeTags: false,
      },
      json: false,
      buffers: 'dots',
    },
  };
}
