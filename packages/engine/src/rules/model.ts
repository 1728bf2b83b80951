import type { Context } from './context.ts';
import type { Priority } from './priority.ts';
import type { SourceText } from './source-text.ts';
import type { Version } from './version.ts';
import type { YamlScalar } from './yaml/parse.ts';

/** A condition as written, joined from a definition and what was appended to it. */
export interface ConditionText {
  readonly text: string;
  readonly parts: readonly ConditionPart[];
}

export interface ConditionPart {
  /** Offset in the joined text. */
  readonly start: number;
  readonly source: SourceText;
  readonly node: YamlScalar;
}

/** A requirement that any one of several plugins fulfils. */
export type PluginRequirement = readonly { readonly name: string; readonly version: string }[];

export interface EngineRequirement {
  readonly context: Context;
  readonly version: Version;
}

export interface ListInfo {
  readonly context: Context;
  readonly name: string;
  readonly items: string[];
  /** Position among all definitions; a later definition of the same name keeps it. */
  index: number;
  /** Position of the last change: what was defined before it can be seen. */
  visibility: number;
}

export interface MacroInfo {
  readonly context: Context;
  readonly conditionContext: Context;
  readonly name: string;
  condition: ConditionText;
  index: number;
  visibility: number;
}

/** Fields, operators and values of exceptions: a text, or a list of such. Empty means that it was not given. */
export type ExceptionEntry = string | readonly ExceptionEntry[];

export interface ExceptionInfo {
  readonly context: Context;
  readonly name: string;
  fields: ExceptionEntry;
  comps: ExceptionEntry;
  readonly values: ExceptionEntry[];
}

/** What a rule can be given and an override can change. */
interface RuleProperties {
  condition: ConditionText;
  output: string;
  description: string;
  tags: ReadonlySet<string>;
  exceptions: ExceptionInfo[];
  priority: Priority;
  capture: boolean;
  captureDurationMs: number;
  enabled: boolean;
  warnEventTypes: boolean;
  skipIfUnknownFilter: boolean;
}

export interface RuleInfo extends RuleProperties {
  readonly context: Context;
  readonly conditionContext: Context;
  readonly outputContext: Context;
  readonly name: string;
  readonly source: string;
  /** No plugin gives events of this source; the rule is kept for appends and otherwise left out. */
  unknownSource: boolean;
  index: number;
  visibility: number;
}

/** A change to a rule. */
export interface RuleUpdate {
  readonly context: Context;
  readonly name: string;
  /** '' when the change does not name one. */
  readonly source: string;
  readonly changes: Partial<RuleProperties>;
}

export function emptyEntry(entry: ExceptionEntry): boolean {
  return entry.length === 0;
}
