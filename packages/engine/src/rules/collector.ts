import type { Context } from './context.ts';
import { failure, type Report } from './diagnostic.ts';
import { checkException } from './exceptions.ts';
import type { RuleLanguage } from './language.ts';
import {
  type ConditionText,
  emptyEntry,
  type EngineRequirement,
  type ExceptionInfo,
  type ListInfo,
  type MacroInfo,
  type PluginRequirement,
  type RuleInfo,
  type RuleUpdate,
} from './model.ts';
import { compareVersions, engineVersion, formatVersion, isCompatible, parseVersion } from './version.ts';

const appendNeeds = (what: string, keys: string): string =>
  `${what} uses 'append' or 'override.${keys}: append' but no ${what.toLowerCase()} by that name already exists`;

/** All definitions of all files, in the order of their first appearance. A later file sees and changes earlier ones. */
export class Collector {
  readonly lists = new Map<string, ListInfo>();
  readonly macros = new Map<string, MacroInfo>();
  readonly rules = new Map<string, RuleInfo>();
  readonly pluginRequirements: PluginRequirement[] = [];
  engineRequirement: EngineRequirement | null = null;
  #next = 0;
  readonly #language: RuleLanguage;
  readonly #sources: ReadonlySet<string>;

  constructor(language: RuleLanguage, sources: ReadonlySet<string>) {
    this.#language = language;
    this.#sources = sources;
  }

  requireEngine(requirement: EngineRequirement): void {
    const { version, context } = requirement;
    if (!isCompatible(engineVersion, version)) {
      throw failure(
        'LOAD_ERR_VALIDATE',
        `Rules require engine version ${formatVersion(version)}, but engine version is ${formatVersion(engineVersion)}`,
        context,
      );
    }
    if (this.engineRequirement === null || compareVersions(this.engineRequirement.version, version) < 0) {
      this.engineRequirement = requirement;
    }
  }

  requirePlugin(requirement: PluginRequirement, context: Context): void {
    const names = new Set<string>();
    for (const { name, version } of requirement) {
      if (parseVersion(version) === null) {
        throw failure(
          'LOAD_ERR_VALIDATE',
          `Invalid required version '${version}' for plugin '${name}'`,
          context,
        );
      }
      if (names.has(name)) {
        throw failure(
          'LOAD_ERR_VALIDATE',
          `Defined multiple alternative version requirements for plugin '${name}'`,
          context,
        );
      }
      names.add(name);
    }
    this.pluginRequirements.push(requirement);
  }

  defineList(list: Omit<ListInfo, 'index' | 'visibility'>): void {
    this.lists.set(list.name, { ...list, ...this.#place(this.lists.get(list.name)) });
  }

  appendList(name: string, items: readonly string[], context: Context): void {
    const list = this.lists.get(name);
    if (list === undefined) {
      throw failure('LOAD_ERR_VALIDATE', appendNeeds('List', 'items'), context);
    }
    for (const item of items) {
      list.items.push(item);
    }
    list.visibility = this.#next++;
  }

  defineMacro(macro: Omit<MacroInfo, 'index' | 'visibility'>): void {
    this.macros.set(macro.name, { ...macro, ...this.#place(this.macros.get(macro.name)) });
  }

  appendMacro(name: string, condition: ConditionText, context: Context): void {
    const macro = this.macros.get(name);
    if (macro === undefined) {
      throw failure('LOAD_ERR_VALIDATE', appendNeeds('Macro', 'condition'), context);
    }
    macro.condition = joinConditions(macro.condition, condition);
    macro.visibility = this.#next++;
  }

  defineRule(rule: Omit<RuleInfo, 'index' | 'visibility' | 'unknownSource'>, report: Report): void {
    const previous = this.#previous(rule);
    const unknownSource = !this.#sources.has(rule.source);
    if (unknownSource) {
      report.warn('LOAD_UNKNOWN_SOURCE', `Unknown source ${rule.source}, skipping`, rule.context);
    }
    for (const exception of rule.exceptions) {
      if (emptyEntry(exception.fields)) {
        throw failure(
          'LOAD_ERR_VALIDATE',
          'Rule exception item must have fields property with a list of fields',
          exception.context,
        );
      }
      checkException(exception, this.#operandCheck(unknownSource ? null : rule.source));
    }
    this.rules.set(rule.name, { ...rule, unknownSource, ...this.#place(previous) });
  }

  /** Adds to a rule: texts behind texts, tags and exceptions to those that are there. */
  appendRule(update: RuleUpdate): void {
    const { context, changes } = update;
    const rule = this.#previous(update);
    if (rule === undefined) {
      throw failure('LOAD_ERR_VALIDATE', appendNeeds('Rule', '<key>'), context);
    }
    if (Object.keys(changes).length === 0) {
      throw failure('LOAD_ERR_VALIDATE', 'Appended rule must have exceptions or condition property', context);
    }
    if (changes.condition !== undefined) {
      rule.condition = joinConditions(rule.condition, changes.condition);
    }
    if (changes.output !== undefined) {
      rule.output += ` ${changes.output}`;
    }
    if (changes.description !== undefined) {
      rule.description += ` ${changes.description}`;
    }
    if (changes.tags !== undefined) {
      rule.tags = new Set([...rule.tags, ...changes.tags]);
    }
    for (const exception of changes.exceptions ?? []) {
      this.#appendException(rule, exception);
    }
    rule.visibility = this.#next++;
  }

  /** Puts the given properties in the place of those of the rule. */
  replaceInRule(update: RuleUpdate): void {
    const { context, changes } = update;
    const rule = this.#previous(update);
    if (rule === undefined) {
      throw failure(
        'LOAD_ERR_VALIDATE',
        "An 'override.<key>: replace' to a rule was requested but no rule by that name already exists",
        context,
      );
    }
    for (const exception of changes.exceptions ?? []) {
      checkException(exception, null);
    }
    Object.assign(rule, changes);
    rule.visibility = this.#next++;
  }

  enableRule(name: string, enabled: boolean, context: Context): void {
    const rule = this.rules.get(name);
    if (rule === undefined) {
      throw failure(
        'LOAD_ERR_VALIDATE',
        "Rule has 'enabled' key but no rule by that name already exists",
        context,
      );
    }
    rule.enabled = enabled;
  }

  #appendException(rule: RuleInfo, exception: ExceptionInfo): void {
    const { context } = exception;
    const existing = rule.exceptions.find(({ name }) => name === exception.name);
    if (existing === undefined) {
      if (emptyEntry(exception.fields)) {
        throw failure(
          'LOAD_ERR_VALIDATE',
          'Rule exception must have fields property with a list of fields',
          context,
        );
      }
      if (exception.values.length === 0) {
        throw failure(
          'LOAD_ERR_VALIDATE',
          'Rule exception must have values property with a list of values',
          context,
        );
      }
      checkException(exception, this.#operandCheck(rule.unknownSource ? null : rule.source));
      rule.exceptions.push(exception);
      return;
    }
    for (const key of ['fields', 'comps'] as const) {
      if (!emptyEntry(exception[key])) {
        throw failure(
          'LOAD_ERR_VALIDATE',
          `Can not append exception ${key} to existing exception, only values`,
          context,
        );
      }
    }
    for (const value of exception.values) {
      existing.values.push(value);
    }
  }

  #previous({ name, source, context }: Pick<RuleInfo, 'name' | 'source' | 'context'>): RuleInfo | undefined {
    const rule = this.rules.get(name);
    if (rule !== undefined && rule.source !== '' && source !== '' && rule.source !== source) {
      throw failure('LOAD_ERR_VALIDATE', 'Rule has been re-defined with a different source', context);
    }
    return rule;
  }

  #place(previous: { readonly index: number } | undefined): { index: number; visibility: number } {
    const id = this.#next++;
    return { index: previous?.index ?? id, visibility: id };
  }

  #operandCheck(source: string | null): ((text: string) => boolean) | null {
    return source === null ? null : (text) => this.#language.isOperand(text, source);
  }
}

function joinConditions(first: ConditionText, second: ConditionText): ConditionText {
  const start = first.text.length + 1;
  return {
    text: `${first.text} ${second.text}`,
    parts: [...first.parts, ...second.parts.map((part) => ({ ...part, start: part.start + start }))],
  };
}
