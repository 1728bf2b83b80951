import type { Log } from '@lanner/core';
import type { Detection } from './detection.ts';
import type { FurtherOutputs } from './outputs.ts';
import type { RuleSummary } from './rule-program.ts';

/** What a command that has a detection as one of its parts gives to it, and hears of it. */
export interface DetectHost {
  /** Where live alerts go besides the outputs of the configuration. */
  readonly outputs?: FurtherOutputs;
  /** Alerts for these outputs carry what they have inside. */
  readonly inside?: boolean;
  /** Takes the place of the log on standard error. */
  readonly log?: Log;
  /** Told once, when the living machine is watched. */
  readonly onWatching?: (detection: Pick<Detection, 'figures'>) => void;
  /** Told of the rules that run, and again after each reload. */
  readonly onRules?: (rules: readonly RuleSummary[]) => void;
}
