import { AppError, silentLog } from '@lanner/core';
import { type CommandEnvironment, listOption, type OptionValues, textOption } from '../command.ts';
import type { DetectHost, Watching } from '../detect/host.ts';
import { detect } from '../detect/main.ts';
import { findConfiguredRules, ruleLoadSettings } from '../detect/rules.ts';
import { readSettings } from '../detect/settings.ts';
import { pause } from '../lib/pause.ts';
import { internalMessage } from '../live/internal-alerts.ts';
import type { RuleRunner } from '../rule-desk/rule-runner.ts';
import { selftestInChild } from '../selftest/child.ts';
import { SelftestSchedule } from '../selftest/schedule.ts';
import { fromDetect } from './options.ts';

const hourMs = 3_600_000;
/** What a timer can wait for. */
const maxHours = 24 * 24;

/** What the sensor of this machine does. */
export interface SensorState {
  readonly isWell: boolean;
  /** One phrase, such as `watches this machine · 129 rules · 4,123 events`. */
  readonly text: string;
  /** What is missing, and what to do; null when nothing is. */
  readonly problem: string | null;
}

/** The sensor as a part of `lanner up`: where it cannot run, the rest goes on and says why. */
export class LocalSensor {
  #detection: Watching | null = null;
  #rules = 0;
  #problem: string | null = null;
  #reload: (() => Promise<void>) | null = null;
  #selftest: SelftestSchedule | null = null;
  readonly #values: OptionValues;
  readonly #selftestMs: number | null;

  /** Throws AppError 'usage.invalid'. */
  constructor(values: OptionValues) {
    this.#values = values;
    this.#selftestMs = selftestMs(values);
  }

  /** What people should know, and do something about. */
  get notes(): readonly string[] {
    return [this.#problem, this.#selftest?.problem ?? null].filter((note) => note !== null);
  }

  /** The rules of this machine as the page has them: those of the options, and what reloads them. */
  runner(environment: CommandEnvironment): RuleRunner {
    return {
      configured: () => configuredRules(this.#values, environment),
      state: () => {
        if (this.#problem !== null) {
          return 'nowhere';
        }
        return this.#reload === null ? 'starting' : 'sensor';
      },
      evaluation: () => this.#detection?.evaluation() ?? null,
      reload: () => this.#reload?.() ?? Promise.resolve(),
    };
  }

  get state(): SensorState {
    if (this.#problem !== null) {
      return { isWell: false, text: 'this machine is not watched', problem: this.#problem };
    }
    if (this.#detection === null) {
      return { isWell: true, text: 'starts …', problem: null };
    }
    const scope = listOption(this.#values, 'scope');
    const { events, kernel } = this.#detection.figures();
    const parts = [
      `watches ${scope.length === 0 ? 'this machine' : scope.join(', ')}`,
      `${this.#rules} rules`,
      `${events.toLocaleString('en')} events`,
      ...(kernel !== null && kernel.drops > 0 ? [`${kernel.drops.toLocaleString('en')} lost`] : []),
    ];
    return { isWell: true, text: parts.join(' · '), problem: null };
  }

  /** Runs until the signal; returns at once where the sensor cannot run. */
  async run(environment: CommandEnvironment, host: DetectHost): Promise<void> {
    const input = { values: detectValues(this.#values), positionals: [] };
    try {
      await detect(environment, input, {
        ...host,
        onRules: (rules) => {
          this.#rules = rules.length;
          host.onRules?.(rules);
        },
        onReloads: (reload) => {
          this.#reload = reload;
          host.onReloads?.(reload);
        },
        onWatching: (detection) => {
          this.#detection = detection;
          this.#startSelftest(detection, environment);
          host.onWatching?.(detection);
        },
        families: () => [...(host.families?.() ?? []), ...(this.#selftest?.families() ?? [])],
      });
    } catch (error) {
      if (!(error instanceof AppError) || !error.code.startsWith('sensor.')) {
        throw error;
      }
      const { message, hint } = error;
      environment.log.error('this machine is not watched', {
        reason: message,
        ...(hint === undefined ? {} : { hint }),
      });
      this.#detection = null;
      this.#reload = null;
      this.#problem = `This machine is not watched: ${message}${hint === undefined ? '' : ` ${hint}`}`;
    } finally {
      await this.#selftest?.close();
    }
  }

  #startSelftest({ hub }: Watching, environment: CommandEnvironment): void {
    if (this.#selftestMs === null) {
      return;
    }
    const printing = { json: true, hostname: environment.hostname(), utcOffsetS: 0 };
    this.#selftest = new SelftestSchedule({
      run: (signal) => selftestInChild(signal),
      everyMs: this.#selftestMs,
      now: () => environment.now().getTime(),
      pause,
      tell: (message) => {
        hub.send(internalMessage(message, printing));
      },
      log: environment.log,
    });
    this.#selftest.start();
  }
}

/** Rule files that the options name, as they are now, and how they are loaded. Throws AppError. */
export function configuredRules(
  values: OptionValues,
  environment: CommandEnvironment,
): ReturnType<RuleRunner['configured']> {
  const settings = readSettings(takenValues(values), environment.env, silentLog);
  return { files: findConfiguredRules(settings).files, load: ruleLoadSettings(settings, undefined) };
}

/** The configuration asks for JSON: log lines are JSON then, too, as `detect` has it. */
export function asksForJson(values: OptionValues, environment: CommandEnvironment): boolean {
  return readSettings(takenValues(values), environment.env, silentLog).json;
}

/** Null: never. */
function selftestMs(values: OptionValues): number | null {
  const text = textOption(values, 'selftest-hours');
  const hours = Number(text ?? Number.NaN);
  if (text !== undefined && !(hours > 0 && hours <= maxHours)) {
    throw new AppError('usage.invalid', `--selftest-hours ${text} is no number of hours`, {
      hint: 'Give a number above 0, such as --selftest-hours 24.',
    });
  }
  return text === undefined ? null : hours * hourMs;
}

/** The server reads alerts as JSON; everything else is as `detect` has it. */
function detectValues(values: OptionValues): OptionValues {
  return { ...takenValues(values), option: [...listOption(values, 'option'), 'json_output=true'] };
}

function takenValues(values: OptionValues): OptionValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => fromDetect.includes(name)));
}
