import type { CompilableRule } from '../compile/ruleset.ts';
import type { Expr } from '../lang/ast.ts';
import type { Plan } from '../plan.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { RuleLanguage } from './language.ts';
import type { CompiledList } from './lists.ts';
import type { CompiledMacro } from './macros.ts';
import type { ExceptionInfo, PluginRequirement, RuleInfo } from './model.ts';
import type { ExtraField } from './outputs.ts';
import type { Priority } from './priority.ts';

/** A rule that can be run. Names and texts are byte strings (latin1), like everything that is matched and printed. */
export interface LoadedRule extends CompilableRule {
  readonly name: string;
  readonly source: string;
  readonly description: string;
  readonly priority: Priority;
  /** Sorted. */
  readonly tags: readonly string[];
  /** Defined as enabled; `RuleSet.enabled` says what runs after selection. */
  readonly enabledByDefault: boolean;
  /** Output text with what the configuration adds. */
  readonly output: string;
  readonly extraFields: readonly ExtraField[];
  /** Condition without macros, lists and exceptions being part of it. */
  readonly condition: Expr;
  readonly plan: Plan;
  /** Numbers of the event types that it is run for. */
  readonly eventIds: ReadonlySet<number>;
  readonly exceptions: readonly ExceptionInfo[];
  /** Fields that exceptions with values look at, sorted. */
  readonly exceptionFields: readonly string[];
  readonly capture: boolean;
  /** 0: as configured. */
  readonly captureDurationMs: number;
  readonly warnEventTypes: boolean;
  readonly skipIfUnknownFilter: boolean;
  /** Names of macros that the condition uses, directly or through others. */
  readonly macros: readonly string[];
  /** Names of lists that the condition, its macros and its lists use. */
  readonly lists: readonly string[];
  /** Where it is defined; line and column from 1. */
  readonly definedAt: { readonly file: string; readonly line: number; readonly column: number };
  /** The definition as collected, before macros, lists and exceptions. */
  readonly info: RuleInfo;
}

/** What loading one file gave. */
export interface LoadResult {
  /** File name as given. */
  readonly name: string;
  readonly successful: boolean;
  /** One entry for each YAML document and problem: `ok` or `failed for …`; empty when there was nothing to check. */
  readonly schemaStatus: readonly string[];
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
  /** Warnings beyond those kept. */
  readonly omittedWarnings: number;
}

/** Everything that was loaded, in load order. */
export interface RuleSet {
  /** One for each file, in the order of loading. */
  readonly results: readonly LoadResult[];
  /** All files were accepted. */
  readonly successful: boolean;
  /** All rules of known sources, whether they are run or not. */
  readonly rules: readonly LoadedRule[];
  /** The rules to run: enabled, selected, and grave enough; in load order. */
  readonly enabled: readonly LoadedRule[];
  readonly macros: readonly CompiledMacro[];
  readonly lists: readonly CompiledList[];
  /** The newest engine version that a file asks for, as `x.y.z`. */
  readonly requiredEngineVersion: string;
  readonly requiredPlugins: readonly PluginRequirement[];
  /** Which required plugin is missing or too old: the rules must not be run then. */
  readonly pluginProblem: string | null;
  /** The language that the rules are written in. */
  readonly language: RuleLanguage;
}
