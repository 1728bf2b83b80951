import type { RuleCheck, RuleCostState, RuleDetail, RuleDiagnostic, RuleState } from '@lanner/api/http';
import { AppError } from '@lanner/core';
import {
  factReplayer,
  fromByteString,
  type KnownFacts,
  type LoadResult,
  type Replayed,
  toByteString,
} from '@lanner/engine';
import { invalidRules } from '../detect/rules.ts';
import type { FoundRuleFile } from '../detect/rule-files.ts';
import { type Composed, compose, type DeskInput, fit, refusedFile } from './compose.ts';
import { definitionsIn } from './definitions.ts';
import type { FittedRules } from './fit.ts';
import type { Ask } from './rule-thread.ts';
import { costsOf, detailOf, diagnosticOf, stateOfRules } from './survey.ts';

export interface FileState {
  readonly path: string;
  readonly problem: RuleDiagnostic | null;
}

/** Everything that was loaded, as plain data. */
export interface Survey {
  readonly rules: RuleState[];
  readonly files: readonly FileState[];
  readonly unmatched: readonly string[];
}

/** What the page adds to the rules that run. */
export interface PageRules {
  readonly files: readonly FoundRuleFile[];
  /** Rules that run with them. */
  readonly enabled: readonly string[];
  /** Rules that are on before any switch. */
  readonly onBefore: readonly string[];
}

/** Loaded rules that are kept: those that run, and those of a text that is tried. */
const keptSets = 2;

export type DeskMethods = ReturnType<typeof deskMethods>;
export type AskRules = Ask<DeskMethods>;

/** What the thread of rules can be asked. Each call says all that it is about; what was loaded last is kept. */
export function deskMethods() {
  const kept = new Map<string, Composed>();
  const composed = (input: DeskInput): Composed => {
    const key = JSON.stringify(input);
    const known = kept.get(key) ?? compose(input);
    kept.delete(key);
    kept.set(key, known);
    for (const oldest of [...kept.keys()].slice(0, -keptSets)) {
      kept.delete(oldest);
    }
    return known;
  };
  return {
    fit(input: DeskInput): FittedRules & { input: DeskInput; leftOut: FileState[] } {
      const fitted = fit(input);
      const { pageFiles, unmatched } = composed(fitted.input);
      return { input: fitted.input, files: pageFiles, leftOut: fitted.leftOut.map(fileState), unmatched };
    },
    survey(input: DeskInput): Survey {
      const all = composed(input);
      return {
        rules: stateOfRules(all, input),
        files: all.set.results.map(fileState),
        unmatched: all.unmatched,
      };
    },
    costs: (input: DeskInput): Map<string, RuleCostState> => costsOf(composed(input)),
    detail: (input: DeskInput, name: string): RuleDetail | null => detailOf(name, composed(input), input),
    check: (input: DeskInput): RuleCheck => check(composed(input), input),
    /** Throws AppError 'rules.invalid'. */
    accept(input: DeskInput): PageRules {
      const { set, pageFiles, onBefore } = accepted(composed(input));
      return {
        files: pageFiles,
        enabled: set.enabled.map(({ name }) => fromByteString(name)),
        onBefore: [...onBefore],
      };
    },
    /** Throws AppError 'rules.invalid'. */
    sourceOf: (input: DeskInput, rule: string): string => loaded(composed(input), rule).source,
    judge(input: DeskInput, rule: string, alerts: readonly KnownFacts[]): Replayed[] {
      return alerts.map(factReplayer(loaded(composed(input), rule).plan));
    },
  };
}

function accepted(composed: Composed): Composed {
  const refused = refusedFile(composed);
  if (refused !== null) {
    throw invalidRules(refused);
  }
  const { pluginProblem } = composed.set;
  if (pluginProblem !== null) {
    throw new AppError('rules.invalid', pluginProblem, {
      hint: 'Rules cannot run without what they require.',
    });
  }
  return composed;
}

function loaded(composed: Composed, name: string) {
  const rule = accepted(composed).set.rules.find((each) => each.name === toByteString(name));
  if (rule === undefined) {
    throw new AppError('rules.invalid', `there is no rule ${name}`, {
      hint: 'Choose one that the text or another rule file defines.',
    });
  }
  return rule;
}

function check(composed: Composed, { own, configured }: DeskInput): RuleCheck {
  const paths = new Set(configured.map(({ path }) => path));
  const mine = composed.set.results.filter(({ name }) => !paths.has(fromByteString(name)));
  const { pluginProblem } = composed.set;
  const problem: RuleDiagnostic[] =
    pluginProblem === null
      ? []
      : [
          {
            severity: 'error',
            code: 'LOAD_ERR_VALIDATE',
            message: pluginProblem,
            hint: 'Rules cannot run without what they require.',
            file: own?.path ?? '',
            line: 1,
            column: 1,
          },
        ];
  return {
    accepted: pluginProblem === null && mine.every(({ successful }) => successful),
    diagnostics: [
      ...problem,
      ...mine.flatMap(({ errors, warnings }) => [...errors, ...warnings]).map(diagnosticOf),
    ],
    rules: own === null ? [] : definitionsIn(fromByteString(own.content)).map((each) => ({ ...each })),
  };
}

function fileState({ name, errors }: LoadResult): FileState {
  return {
    path: fromByteString(name),
    problem: errors[0] === undefined ? null : diagnosticOf(errors[0]),
  };
}
