import { type EventInfo, eventTable } from '../event-table.ts';
import { detailsOf } from '../rules/condition-details.ts';
import type { RuleSet } from '../rules/ruleset.ts';
import { alternativesOf, type Conjunction, reduce } from './alternatives.ts';
import { buildAutomaton, type Automaton, type AutomatonBudget, noLanguage } from './automaton.ts';
import { atomKey, type AtomNode, type Formula } from './formula.ts';
import type { FilterAtom, KernelFilter, TypeFilter } from './kernel-filter.ts';
import { doubledSlashes, irregularPaths, type Language, loosen } from './pattern.ts';
import { necessaryFormula, type PushCache } from './pushdown.ts';
import { type DescriptorKnowledge, stateFormulas, stateNeeds, type StateUser } from './state-needs.ts';

export interface FilterOptions {
  /** Default `history`, which every source of events has. */
  readonly descriptors?: DescriptorKnowledge;
  readonly automaton?: AutomatonBudget;
  /** Leave out what only the state needs: to look at what rules ask for by themselves. */
  readonly withoutState?: boolean;
  /** See `KernelFilter`; default true. */
  readonly kernelPaths?: boolean;
  /** Alternatives of one event type; default 16. */
  readonly maxAlternatives?: number;
}

export const defaultAutomatonBudget: AutomatonBudget = { maxStates: 4096, maxTableBytes: 1 << 17 };
const defaultAlternatives = 16;
const maxAtoms = 32;
/** Room for languages of rules beside those that say whether a path is as the field has it. */
const maxRuleLanguages = 30;
/** What is left of a pattern when the whole ones do not fit. */
const loosePattern = 12;

/** Types that no system call makes: the sensor itself writes them. */
const writtenBySensor: readonly boolean[] = eventTable.map(
  ({ categories, code }) =>
    !categories.includes('SYSCALL') && !/^(?:SCHEDSWITCH|SIGNALDELIVER|PAGE_FAULT)/.test(code),
);

/** The rules of source syscall that run, as the filter needs them. */
export function filteredRules({ enabled, language }: RuleSet): StateUser[] {
  return enabled
    .filter(({ source }) => source === 'syscall')
    .map((rule) => {
      const formats = [rule.output, ...rule.extraFields.map(({ format }) => format)];
      const printed = formats.flatMap((format) => {
        const checked = language.checkOutput(format, rule.source);
        return checked.ok ? checked.fields : [];
      });
      return {
        name: rule.name,
        plan: rule.plan,
        eventIds: rule.eventIds,
        fields: [...new Set([...detailsOf(rule.condition).fields, ...printed])],
      };
    });
}

/**
 * What an event must have at least so that one of the rules can match it, or the state that they read changes. The law:
 * an event for which a rule's condition is true passes, whatever the other rules are and whatever their order.
 */
export function deriveFilter(rules: readonly StateUser[], options: FilterOptions = {}): KernelFilter {
  const cache: PushCache = new Map();
  const knowledge = options.descriptors ?? 'history';
  const needed = stateNeeds(rules, knowledge, cache);
  const state = stateFormulas(options.withoutState === true ? [] : needed.keys(), knowledge);
  const notes: string[] = [];
  const drafts = eventTable.map((info) =>
    draftOf(info, rules, state.get(info.id) ?? false, { cache, ...options }),
  );
  const automaton = fitAutomaton(drafts, options.automaton ?? defaultAutomatonBudget, notes);
  const types = drafts.map((draft) => encodeType(draft, automaton, notes));
  return {
    types,
    automaton: automaton?.automaton ?? null,
    kernelPaths: options.kernelPaths ?? true,
    notes,
  };
}

interface Draft {
  readonly info: EventInfo;
  /** Why every event passes; null when that depends on the event. */
  readonly because: string | null;
  readonly alternatives: readonly Conjunction[];
}

function draftOf(
  info: EventInfo,
  rules: readonly StateUser[],
  state: Formula,
  { cache, maxAlternatives = defaultAlternatives }: FilterOptions & { readonly cache: PushCache },
): Draft {
  if (writtenBySensor[info.id] === true) {
    return { info, because: 'the sensor writes it itself', alternatives: [[]] };
  }
  if (state === true) {
    return { info, because: 'the state needs it', alternatives: [[]] };
  }
  const all: Conjunction[] = [...alternativesOf(state, maxAlternatives)];
  for (const { name, plan, eventIds } of rules) {
    const own = eventIds.has(info.id)
      ? alternativesOf(necessaryFormula(plan, info, { cache }), maxAlternatives)
      : [];
    if (own.some((conjunction) => conjunction.length === 0)) {
      return { info, because: `rule ${name}`, alternatives: [[]] };
    }
    all.push(...own);
  }
  const reduced = reduce(all);
  return reduced.length > maxAlternatives
    ? { info, because: `more than ${maxAlternatives} alternatives`, alternatives: [[]] }
    : { info, because: null, alternatives: reduced };
}

interface FittedAutomaton {
  readonly automaton: Automaton;
  /** By key of the language before it was loosened. */
  readonly bits: ReadonlyMap<string, number>;
  /** Languages hold more than their patterns say, so what lies outside of them is not known. */
  readonly isLoose: boolean;
}

function fitAutomaton(
  drafts: readonly Draft[],
  budget: AutomatonBudget,
  notes: string[],
): FittedAutomaton | null {
  const languages = new Map<string, Language>();
  for (const { alternatives } of drafts) {
    for (const { atom } of alternatives.flat()) {
      if (atom.kind === 'path') {
        languages.set(atom.language.key, atom.language);
      }
    }
  }
  if (languages.size === 0) {
    return null;
  }
  const kept = [...languages].slice(0, maxRuleLanguages);
  if (kept.length < languages.size) {
    notes.push(
      `${languages.size - kept.length} sets of paths are not tested: there is room for ${maxRuleLanguages}`,
    );
  }
  const bits = new Map(kept.map(([key], bit) => [key, bit]));
  const whole = buildAutomaton(withForms(kept.map(([, language]) => language)), budget);
  if (whole !== null) {
    return { automaton: whole, bits, isLoose: false };
  }
  const loosened = kept.map(([, language]) => loosen(language, loosePattern));
  const loose = buildAutomaton(withForms(loosened), budget);
  notes.push(
    loose === null
      ? 'paths are not tested: their automaton would be too large'
      : 'only the beginnings of path patterns are tested: their automaton would be too large',
  );
  return loose === null ? null : { automaton: loose, bits, isLoose: true };
}

/** The languages of rules in the low bits, and in the highest two what a path's form is. */
function withForms(languages: readonly Language[]): readonly Language[] {
  const unused = Array.from({ length: maxRuleLanguages - languages.length }, () => noLanguage);
  return [...languages, ...unused, irregularPaths, doubledSlashes];
}

function encodeType(
  { info, because, alternatives }: Draft,
  fitted: FittedAutomaton | null,
  notes: string[],
): TypeFilter {
  if (because !== null) {
    return { verdict: 'pass', because };
  }
  if (alternatives.length === 0) {
    return { verdict: 'drop' };
  }
  const atoms = new Map<string, FilterAtom>();
  const encoded = alternatives.map((conjunction) => {
    let needed = 0;
    let excluded = 0;
    for (const node of conjunction) {
      const bit = placeAtom(node, fitted, atoms);
      if (bit !== null && node.wanted) {
        needed |= 1 << bit;
      } else if (bit !== null) {
        excluded |= 1 << bit;
      }
    }
    return { needed: needed >>> 0, excluded: excluded >>> 0 };
  });
  if (encoded.some(({ needed, excluded }) => needed === 0 && excluded === 0)) {
    notes.push(`every ${info.name} passes: what its rules ask for is not tested`);
    return { verdict: 'pass', because: 'a budget' };
  }
  return { verdict: 'test', atoms: [...atoms.values()], alternatives: encoded };
}

/** The bit of an atom; null for one that is not tested. */
function placeAtom(
  { atom, wanted }: AtomNode,
  fitted: FittedAutomaton | null,
  atoms: Map<string, FilterAtom>,
): number | null {
  const key = atomKey(atom);
  const known = [...atoms.keys()].indexOf(key);
  if (known >= 0) {
    return known;
  }
  if (atoms.size === maxAtoms) {
    return null;
  }
  if (atom.kind !== 'path') {
    atoms.set(key, atom);
    return atoms.size - 1;
  }
  const language = fitted?.bits.get(atom.language.key);
  if (language === undefined || (fitted?.isLoose === true && !wanted)) {
    return null;
  }
  atoms.set(key, { kind: 'path', param: atom.param, form: atom.form, language });
  return atoms.size - 1;
}
