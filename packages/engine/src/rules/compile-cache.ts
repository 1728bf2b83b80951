import { eventId, stateOnlyEvents } from '../event-table.ts';
import type { Expr } from '../lang/ast.ts';
import type { CheckedOutput, ParsedCondition, ResolvedCondition, RuleLanguage } from './language.ts';
import type { Expansions } from './macros.ts';

/** Levels of the grammar that a condition may have. */
const parseDepth = 1000;

const pluginEvent = eventId('PLUGINEVENT_E');
const asyncEvent = eventId('ASYNCEVENT_E');

/** A condition of a source, with the event types for which it can hold. */
export interface ResolvedRule {
  readonly condition: ResolvedCondition;
  readonly eventIds: ReadonlySet<number>;
  /** Event types for which the rule is run: asynchronous events are among them, those that only feed the state are not. */
  readonly runIds: ReadonlySet<number>;
}

/**
 * What was found out about texts. Each file that is loaded makes everything that was loaded before it compile again,
 * and parsing and checking costs more than all else. What a load does not ask for is forgotten with the next one.
 */
export class CompileCache {
  readonly #language: RuleLanguage;
  readonly #parsed = new Generations<ParsedCondition>();
  readonly #outputs = new Generations<CheckedOutput>();
  readonly #resolved = new WeakMap<Expr, Map<string, ResolvedRule>>();
  /** What conditions become when their macros are replaced. */
  readonly expansions: Expansions = new WeakMap();

  constructor(language: RuleLanguage) {
    this.#language = language;
  }

  startLoad(): void {
    this.#parsed.age();
    this.#outputs.age();
  }

  parse(text: string): ParsedCondition {
    return this.#parsed.get(text, () => this.#language.parse(text, parseDepth));
  }

  checkOutput(text: string, source: string): CheckedOutput {
    return this.#outputs.get(`${source}\0${text}`, () => this.#language.checkOutput(text, source));
  }

  /** Equal texts with equal macros are the same expression, see `expansions`. */
  resolve(expr: Expr, source: string): ResolvedRule {
    const bySource = this.#resolved.get(expr) ?? new Map<string, ResolvedRule>();
    this.#resolved.set(expr, bySource);
    const known = bySource.get(source);
    if (known !== undefined) {
      return known;
    }
    const condition = this.#language.resolve(expr, source);
    const isSyscall = source === 'syscall';
    const eventIds = condition.ok && isSyscall ? this.#language.eventIds(expr) : new Set<number>();
    const runIds = isSyscall
      ? new Set(eventIds).difference(stateOnlyEvents).add(asyncEvent)
      : new Set([pluginEvent, asyncEvent]);
    const resolved = { condition, eventIds, runIds };
    bySource.set(source, resolved);
    return resolved;
  }
}

/** Values by text; those that were not asked for since the last but one `age` are gone. */
class Generations<T> {
  #young = new Map<string, T>();
  #old = new Map<string, T>();

  age(): void {
    this.#old = this.#young;
    this.#young = new Map();
  }

  get(key: string, make: () => T): T {
    const value = this.#young.get(key) ?? this.#old.get(key) ?? make();
    this.#young.set(key, value);
    return value;
  }
}
