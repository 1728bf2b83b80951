import type { RuleEvaluation } from '@lanner/api';
import type { Log } from '@lanner/core';
import type { MetricFamily } from '@lanner/hub';
import type { SessionOptions } from '../live/session.ts';
import type { Detection } from './detection.ts';
import type { FurtherOutputs } from './outputs.ts';
import type { FoundRuleFile } from './rule-files.ts';
import type { RuleSummary } from './rule-program.ts';

/** What of the living machine was not seen or not told. */
export interface Losses {
  /** Rules that did not see all that they need, and how long the one that was blind longest. */
  readonly blindRules: number;
  readonly blindSeconds: number;
  /** Alerts that were raised and could not be handed on to the outputs. */
  readonly droppedAlerts: number;
}

export type Watching = Pick<Detection, 'figures' | 'hub'> & {
  readonly losses: () => Losses;
  /** What the rules take; null before anything was timed. */
  readonly evaluation: () => RuleEvaluation | null;
};

/** What a command that has a detection as one of its parts gives to it, and hears of it. */
export interface DetectHost {
  /** Where live alerts go besides the outputs of the configuration. */
  readonly outputs?: FurtherOutputs;
  /** Alerts for these outputs carry what they have inside. */
  readonly inside?: boolean;
  /** Takes the place of the log on standard error. */
  readonly log?: Log;
  /** Told once, when the living machine is watched. */
  readonly onWatching?: (detection: Watching) => void;
  /** Metrics of the command, beside those of the detection. */
  readonly families?: () => readonly MetricFamily[];
  /** Told of the rules that run, and again after each reload. */
  readonly onRules?: (rules: readonly RuleSummary[]) => void;
  /** Rule files that are loaded behind those of the configuration, asked for with each load. */
  readonly furtherRules?: () => readonly FoundRuleFile[];
  /**
   * Given, once the rules run, what loads all of them anew. It rejects with an AppError, and the rules of before go on
   * running, when they are not accepted.
   */
  readonly onReloads?: (reload: () => Promise<void>) => void;
  /** Starts the thread of the sensor; another one in tests. */
  readonly startEngine?: NonNullable<SessionOptions['start']>;
}
