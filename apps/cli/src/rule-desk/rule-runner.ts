import type { RuleEvaluation } from '@lanner/api';
import type { FoundRuleFile } from '../detect/rule-files.ts';
import type { RuleLoadSettings } from '../detect/rule-program.ts';

/** Whoever runs the rules. On its own, so that agents, which have one, do without all that the desk loads. */
export interface RuleRunner {
  /** Rule files of the configuration as they are now, and how they are loaded. Throws AppError. */
  readonly configured: () => { readonly files: readonly FoundRuleFile[]; readonly load: RuleLoadSettings };
  /** Whether rules run in this process: already, soon, or not. */
  readonly state: () => 'sensor' | 'starting' | 'nowhere';
  /** What rules that run here take; absent where none do, null before anything was timed. */
  readonly evaluation?: () => RuleEvaluation | null;
  /** Loads all rules anew. Rejects with an AppError, and goes on with those of before, when they are not accepted. */
  readonly reload: () => Promise<void>;
}
