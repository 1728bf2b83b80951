import type { RuleEvaluation, ServedRules, StoredAlert } from '@lanner/api';
import type { OwnRules, RuleCheck, RuleDetail, RulePlace, RuleState } from '@lanner/api/http';
import type { ExceptionProposal } from '../calm/exceptions.ts';

/** Whether a rule would have fired for the event of an alert; null when that depends on what is not known. */
export interface TrialVerdict {
  readonly holds: boolean | null;
  /** Fields that would have to be known. */
  readonly missing: readonly string[];
}

/** A rule that is tried. */
export interface RuleTrial {
  /** Of the events that it is for. */
  readonly source: string;
  /** One verdict for each alert. */
  readonly judge: (
    alerts: readonly Pick<StoredAlert, 'facts' | 'event'>[],
  ) => Promise<readonly TrialVerdict[]>;
}

/** Whoever knows the rule language, and the rules that run beside the server. */
export interface RulesPart {
  readonly survey: () => Promise<{
    readonly rules: RuleState[];
    readonly costsPending: boolean;
    readonly place: RulePlace;
    /** What they take on this machine; null where none run, or nothing was timed yet. */
    readonly evaluation: RuleEvaluation | null;
  }>;
  /** Null for a rule that is not loaded. */
  readonly detail: (name: string) => Promise<RuleDetail | null>;
  readonly own: () => OwnRules;
  /** What agents load behind their own rules, as it was accepted here last. */
  readonly served: () => ServedRules;
  /** Throws AppError 'store.missing' for a rule that is not loaded, 'rules.invalid' where a switch has no effect. */
  readonly switchRule: (name: string, enabled: boolean) => Promise<void>;
  /** What the loader says to a text in place of the own rules. */
  readonly check: (text: string) => Promise<RuleCheck>;
  /** Throws AppError 'rules.invalid' for a text that is not accepted or has no such rule. */
  readonly trial: (text: string, rule: string) => Promise<RuleTrial>;
  /**
   * Puts a text in place of the own rules and runs it. Throws AppError 'store.conflict' when the revision is no longer
   * the current one, 'rules.invalid' when loader or sensor refuse it; nothing has changed then.
   */
  readonly save: (text: string, revision: string) => Promise<{ revision: string; applied: boolean }>;
  /** Puts these in place of all exceptions, and runs them. True when they are in force here. Throws as `save` does. */
  readonly setExceptions: (all: readonly ExceptionProposal[]) => Promise<boolean>;
}
