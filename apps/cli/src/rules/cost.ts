import {
  deriveFilter,
  type DescriptorKnowledge,
  filteredRules,
  fromByteString,
  ruleCosts,
} from '@lanner/engine';
import {
  choiceOption,
  type CommandEnvironment,
  type CommandInput,
  flagOption,
  textOption,
} from '../command.ts';
import { invalidRules } from '../detect/rules.ts';
import { costText } from './cost-text.ts';
import { type CaptureCounts, countCapture } from './cost-capture.ts';
import { asRuleFile, loadWithPlugins, ruleFilesOf } from './load.ts';

/**
 * Microseconds that a system call costs in all, in the traced program and in user space, as measured on two shared
 * cores: one that is recorded and looked at by rules, one that the kernel drops after its tests, and one of a type that
 * nobody wants.
 */
const microseconds = { recorded: 2, tested: 1, unwanted: 0.1 } as const;

/** What `rules cost --json` prints of one rule. */
export interface CostRow {
  readonly rule: string;
  readonly events: readonly { readonly name: string; readonly filter: 'test' | 'all' }[];
  readonly pushed: readonly string[];
  readonly kept: readonly { readonly check: string; readonly reason: string }[];
  readonly state: readonly { readonly family: string; readonly field: string }[];
  /** Of the capture: events of the rule's types, and how many of them it needs; null without a capture. */
  readonly offered: number | null;
  readonly passed: number | null;
  /** Percent of one core, for the events that pass, at the capture's rate. */
  readonly corePercent: number | null;
}

export interface CostReport {
  readonly descriptors: DescriptorKnowledge;
  readonly rules: readonly CostRow[];
  /** Where the filter passes more than it must. */
  readonly notes: readonly string[];
  readonly automaton: { readonly states: number; readonly bytes: number } | null;
  readonly capture: CaptureSummary | null;
}

export interface CaptureSummary {
  readonly events: number;
  readonly passed: number;
  readonly seconds: number;
  /** For all rules together, with what the state needs. */
  readonly corePercent: number;
  /** The same, were nothing dropped. */
  readonly corePercentUnfiltered: number;
  readonly types: readonly { readonly name: string; readonly events: number; readonly passed: number }[];
}

/** `rules cost`: what rules ask of the kernel. Throws AppError 'rules.invalid' for files that are not loaded. */
export async function cost(
  environment: CommandEnvironment,
  { values, positionals }: CommandInput,
): Promise<number> {
  const descriptors = choiceOption(values, 'descriptors', ['history', 'verified']) ?? 'verified';
  const set = loadWithPlugins(ruleFilesOf(positionals).map(asRuleFile));
  const failed = set.results.find(({ successful }) => !successful);
  if (failed !== undefined) {
    throw invalidRules(failed);
  }
  const rules = filteredRules(set);
  const filter = deriveFilter(rules, { descriptors });
  const costs = ruleCosts(rules, { descriptors });
  const capture = textOption(values, 'capture');
  const counts = capture === undefined ? null : await countCapture(capture, filter, costs);
  const report: CostReport = {
    descriptors,
    rules: costs.map(({ name, events, pushed, kept, state }, i) => ({
      rule: fromByteString(name),
      events,
      pushed: pushed.map(fromByteString),
      kept: kept.map(({ check, reason }) => ({ check: fromByteString(check), reason })),
      state,
      ...measured(counts, i),
    })),
    notes: filter.notes,
    automaton:
      filter.automaton === null
        ? null
        : {
            states: filter.automaton.stateCount,
            bytes: filter.automaton.next.byteLength + 8 * filter.automaton.stateCount,
          },
    capture: counts === null ? null : summaryOf(counts),
  };
  const layout = { colour: environment.outColour };
  environment.out(
    flagOption(values, 'json') ? `${JSON.stringify(report, null, 2)}\n` : costText(report, layout),
  );
  return 0;
}

function measured(
  counts: CaptureCounts | null,
  rule: number,
): Pick<CostRow, 'offered' | 'passed' | 'corePercent'> {
  const own = counts?.rules[rule];
  if (counts === null || own === undefined) {
    return { offered: null, passed: null, corePercent: null };
  }
  return { ...own, corePercent: percentOf(counts, { recorded: own.passed }) };
}

function summaryOf(counts: CaptureCounts): CaptureSummary {
  const { events, passed, tested, seconds, types } = counts;
  return {
    events,
    passed,
    seconds,
    corePercent: percentOf(counts, { recorded: passed, tested, unwanted: events - passed - tested }),
    corePercentUnfiltered: percentOf(counts, { recorded: events }),
    types: [...types]
      .map(([name, count]) => ({ name, ...count }))
      .sort((a, b) => b.events - a.events || (a.name < b.name ? -1 : 1)),
  };
}

function percentOf(
  { seconds }: CaptureCounts,
  calls: Partial<Readonly<Record<keyof typeof microseconds, number>>>,
): number {
  const { recorded = 0, tested = 0, unwanted = 0 } = calls;
  const busy =
    recorded * microseconds.recorded + tested * microseconds.tested + unwanted * microseconds.unwanted;
  return seconds === 0 ? 0 : Number((busy / (seconds * 1e4)).toFixed(3));
}
