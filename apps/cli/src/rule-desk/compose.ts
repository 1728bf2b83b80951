import type { RuleItem } from '@lanner/api';
import {
  createRuleLoader,
  fromByteString,
  type LoadedRule,
  type LoadResult,
  type RuleSet,
  toByteString,
} from '@lanner/engine';
import { builtInPlugins } from '../detect/plugins.ts';
import type { FoundRuleFile } from '../detect/rule-files.ts';
import type { RuleLoadSettings } from '../detect/rule-program.ts';
import { fieldClassesWith } from '../detect/static-fields.ts';

export interface ItemFile {
  readonly path: string;
  readonly items: readonly RuleItem[];
}

/** Rule files as they are loaded one after the other: those of the configuration, then those of the page. */
export interface DeskInput {
  readonly configured: readonly FoundRuleFile[];
  /** Null when there are no own rules. Its content is a byte string. */
  readonly own: FoundRuleFile | null;
  readonly exceptions: ItemFile;
  readonly switches: ItemFile;
  readonly load: RuleLoadSettings;
}

export interface Composed {
  readonly set: RuleSet;
  /** What the page adds, as it was loaded: only what is about rules that there are. */
  readonly pageFiles: readonly FoundRuleFile[];
  /** Rules that an exception or a switch is about and that there are not. */
  readonly unmatched: readonly string[];
  /** Rules that are on by their definition, before any switch. */
  readonly onBefore: ReadonlySet<string>;
}

/**
 * Loads everything. An exception or switch of a rule that there is not would make Falco's loader refuse its file, as
 * when a rule was renamed upstream: such a one is left out and told.
 */
export function compose({ configured, own, exceptions, switches, load }: DeskInput): Composed {
  const { extraOutputs, selections, minPriority, staticFields } = load;
  const loader = createRuleLoader({
    plugins: builtInPlugins,
    fieldClasses: fieldClassesWith(staticFields),
    extraOutputs: [...extraOutputs],
    selections: [...selections],
    minPriority,
  });
  const take = ({ path, content }: FoundRuleFile): LoadResult =>
    loader.load({ name: toByteString(path), content });
  configured.forEach(take);
  const pageFiles: FoundRuleFile[] = own === null || own.content.trim() === '' ? [] : [own];
  pageFiles.forEach(take);
  const known = new Set(loader.ruleSet().rules.map(({ name }) => fromByteString(name)));
  const unmatched = new Set<string>();
  const takeItems = (file: ItemFile): void => {
    const matched = file.items.filter(({ rule }) => known.has(rule) || !unmatched.add(rule));
    if (matched.length > 0) {
      const found = { path: file.path, content: toByteString(matched.map(({ text }) => text).join('')) };
      pageFiles.push(found);
      take(found);
    }
  };
  takeItems(exceptions);
  const onBefore = new Set(
    loader
      .ruleSet()
      .rules.filter(isOn)
      .map(({ name }) => fromByteString(name)),
  );
  takeItems(switches);
  return { set: loader.ruleSet(), pageFiles, unmatched: [...unmatched], onBefore };
}

function isOn({ enabledByDefault }: LoadedRule): boolean {
  return enabledByDefault;
}

/** The first file that was not accepted; null when all were. */
export function refusedFile({ set }: Pick<Composed, 'set'>): LoadResult | null {
  return set.results.find(({ successful }) => !successful) ?? null;
}

/** Exceptions that are looked at one by one when all of them together are refused. */
const maxSingly = 100;

export interface Fitted {
  readonly input: DeskInput;
  /** Files of the page that were not, or not wholly, accepted. */
  readonly leftOut: readonly LoadResult[];
}

/**
 * What of the page's files can be loaded with the configured ones of today: those may have changed since they were
 * written. A file that is refused must not keep the sensor from running the others.
 */
export function fit(input: DeskInput): Fitted {
  const leftOut: LoadResult[] = [];
  let fitted = input;
  for (;;) {
    const refused = refusedFile(compose(fitted));
    const name = refused === null ? '' : fromByteString(refused.name);
    if (refused === null || input.configured.some(({ path }) => path === name)) {
      return { input: fitted, leftOut };
    }
    leftOut.push(refused);
    if (name === fitted.own?.path) {
      fitted = { ...fitted, own: null };
    } else if (name === fitted.exceptions.path) {
      fitted = { ...fitted, exceptions: { path: name, items: acceptedItems(fitted) } };
    } else {
      fitted = { ...fitted, switches: { path: name, items: [] } };
    }
  }
}

function acceptedItems(input: DeskInput): RuleItem[] {
  const { path, items } = input.exceptions;
  const accepted: RuleItem[] = [];
  for (const item of items.slice(0, maxSingly)) {
    const tried = { ...input, exceptions: { path, items: [...accepted, item] } };
    const refused = refusedFile(compose(tried));
    if (refused === null || fromByteString(refused.name) !== path) {
      accepted.push(item);
    }
  }
  return accepted;
}
