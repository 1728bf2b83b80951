import {
  type AlertSettings,
  type BufferFormat,
  type CompiledRuleset,
  compileRuleset,
  createFieldLookup,
  type ExtraOutput,
  hostNamesOf,
  type LoadedRule,
  loadRules,
  type LoadResult,
  type Priority,
  type RuleMatching,
  type RuleSampling,
  type RuleSelection,
  type RuleSet,
  toByteString,
} from '@lanner/engine';
import { AlertPrinter } from './alert-printer.ts';
import { builtInPlugins } from './plugins.ts';
import type { FoundRuleFile } from './rule-files.ts';
import { fieldClassesWith } from './static-fields.ts';

/** How rule files are loaded, as the configuration says. */
export interface RuleLoadSettings {
  readonly extraOutputs: readonly ExtraOutput[];
  readonly selections: readonly RuleSelection[];
  readonly minPriority: Priority;
  readonly staticFields: Readonly<Record<string, string>>;
}

/** How alerts are printed. */
export interface PrintSettings {
  readonly alert: AlertSettings;
  readonly json: boolean;
  readonly buffers: BufferFormat;
  /** Alerts carry what they have inside: facts, lineage, leaves that were true. */
  readonly inside?: boolean;
}

/** All that rules are made of, as plain data: what one thread hands to the other that runs them. */
export interface RuleProgram {
  readonly files: readonly FoundRuleFile[];
  readonly load: RuleLoadSettings;
  readonly matching: RuleMatching;
  readonly print: PrintSettings;
}

/** What of a rule is needed to count and to list it. */
export type RuleSummary = Pick<LoadedRule, 'name' | 'priority' | 'source' | 'tags'>;

/** What loading a program gave, as plain data. */
export interface RuleReport {
  readonly results: readonly LoadResult[];
  /** All rules in load order, whether they run or not. */
  readonly rules: readonly (RuleSummary & { readonly runs: boolean })[];
  readonly enabled: number;
  /** Host names with which the rules that run compare the ends of connections. */
  readonly hostNames: readonly string[];
}

/** A program that has been loaded. Its rules may run only when every file was accepted. */
export interface LoadedProgram {
  readonly set: RuleSet;
  readonly ruleset: CompiledRuleset<LoadedRule>;
  readonly printer: AlertPrinter;
}

/** With `sampling` it is told what evaluating the rules takes. */
export function loadProgram(program: RuleProgram, sampling: RuleSampling | null = null): LoadedProgram {
  const set = loadProgramFiles(program.files, program.load);
  const { alert, json, buffers, inside = false } = program.print;
  const fields = createFieldLookup(fieldClassesWith(program.load.staticFields));
  return {
    set,
    ruleset: compileRuleset(set.enabled, program.matching, sampling),
    printer: new AlertPrinter({ fields, settings: alert, json, buffers, inside }),
  };
}

/** Loads rule files. Problems of the files are in the set's results. */
export function loadProgramFiles(
  files: readonly FoundRuleFile[],
  { extraOutputs, selections, minPriority, staticFields }: RuleLoadSettings,
): RuleSet {
  return loadRules(
    files.map(({ path, content }) => ({ name: toByteString(path), content })),
    {
      plugins: builtInPlugins,
      fieldClasses: fieldClassesWith(staticFields),
      extraOutputs: [...extraOutputs],
      selections: [...selections],
      minPriority,
    },
  );
}

export function reportOf({ results, rules, enabled }: RuleSet): RuleReport {
  const running = new Set(enabled);
  return {
    results,
    rules: rules.map((rule) => ({ ...summaryOf(rule), runs: running.has(rule) })),
    enabled: enabled.length,
    hostNames: hostNamesOf(enabled.map(({ plan }) => plan)),
  };
}

export function summaryOf({ name, priority, source, tags }: LoadedRule): RuleSummary {
  return { name, priority, source, tags };
}
