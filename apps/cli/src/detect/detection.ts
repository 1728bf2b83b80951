import type { KernelCounters, MetricFamily, OutputHub } from '@lanner/hub';
import type { StateStats } from '@lanner/sensor';
import type { RuleProgram, RuleReport, RuleSummary } from './rule-program.ts';
import type { RuleCounts } from './summary.ts';

/** Figures of a running detection at one moment. */
export interface DetectionFigures {
  readonly events: number;
  /** null without syscalls. */
  readonly state: StateStats | null;
  /** null without a kernel that delivers the events. */
  readonly kernel: KernelCounters | null;
}

/** What a reload, the metrics and the web server look at, wherever the rules run. */
export interface Detection {
  readonly counts: RuleCounts;
  readonly hub: OutputHub;
  /** The rules that were loaded last, in load order. */
  readonly rules: readonly RuleSummary[];
  readonly figures: () => DetectionFigures;
  /** Metrics that Falco does not have. */
  readonly families: () => readonly MetricFamily[];
  /**
   * Loads rules and exchanges them between two events. When a file is not accepted nothing is exchanged; the report
   * says what was wrong.
   */
  readonly exchange: (program: RuleProgram) => Promise<RuleReport>;
}
