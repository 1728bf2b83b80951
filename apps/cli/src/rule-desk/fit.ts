import type { FoundRuleFile } from '../detect/rule-files.ts';
import type { DeskInput } from './compose.ts';

/** A file that was not, or not wholly, accepted. */
export interface LeftOut {
  readonly path: string;
  /** The first thing that is wrong with it. */
  readonly problem: { readonly line: number; readonly message: string } | null;
}

/** What of the page's rules can be loaded with the configured ones. */
export interface FittedRules {
  readonly files: readonly FoundRuleFile[];
  readonly leftOut: readonly LeftOut[];
  /** Rules that an exception or a switch is about and that there are not. */
  readonly unmatched: readonly string[];
}

/** What agents ask the thread of rules. On its own, so that they do without the shapes of the page's API. */

export type FitMethods = {
  readonly fit: (input: DeskInput) => FittedRules;
};
