import type { Span } from './pattern.ts';
import type { AllowRule, SecretRule } from './rules.ts';
import { KeywordAutomaton } from './keyword-automaton.ts';

/** A secret in a chunk, before it is known where in the file that is. */
export interface RawSecret extends Span {
  readonly rule: SecretRule;
}

/** Where keywords of a rule are near, as starts and ends in turn; null when the whole chunk is to be looked at. */
type Windows = number[] | null;

export interface SearchOptions {
  readonly rules: readonly SecretRule[];
  readonly allow: readonly AllowRule[];
  readonly excluded: readonly ((text: string) => Iterable<Span>)[];
}

/** Beyond this many, looking through the whole chunk is cheaper. */
const maxWindows = 2000;

/** Looks for the secrets of all rules in chunks of files. */
export class ChunkSearch {
  readonly #rules: readonly SecretRule[];
  readonly #allow: readonly AllowRule[];
  readonly #excluded: SearchOptions['excluded'];
  readonly #automaton: KeywordAutomaton;
  /** Rules by keyword. */
  readonly #rulesOf: readonly (readonly number[])[];
  /** Rules that look at all text. */
  readonly #always: readonly number[];

  constructor({ rules, allow, excluded }: SearchOptions) {
    this.#rules = rules;
    this.#allow = allow.filter(({ text }) => text !== undefined);
    this.#excluded = excluded;
    const byKeyword = new Map<string, number[]>();
    rules.forEach(({ keywords }, i) => {
      for (const keyword of new Set(keywords.map((one) => one.toLowerCase()))) {
        byKeyword.set(keyword, [...(byKeyword.get(keyword) ?? []), i]);
      }
    });
    this.#automaton = new KeywordAutomaton([...byKeyword.keys()]);
    this.#rulesOf = [...byKeyword.values()];
    this.#always = rules.flatMap(({ keywords }, i) => (keywords.length === 0 ? [i] : []));
  }

  /** The secrets of a chunk in the order of the rules. `path` decides which rules look. */
  find(chunk: Buffer, path: string): RawSecret[] {
    const windows = this.#windows(chunk);
    if (windows.size === 0) {
      return [];
    }
    const found: RawSecret[] = [];
    const text = new ChunkText(chunk);
    for (const index of [...windows.keys()].sort((a, b) => a - b)) {
      const rule = this.#rules[index];
      if (rule !== undefined && isFor(rule, path)) {
        this.#findRule(rule, windows.get(index) ?? null, text, found);
      }
    }
    return found;
  }

  #windows(chunk: Buffer): Map<number, Windows> {
    const windows = new Map<number, Windows>(this.#always.map((index) => [index, null]));
    this.#automaton.scan(chunk, (keyword, end) => {
      for (const index of this.#rulesOf[keyword] ?? []) {
        addWindow(windows, index, this.#rules[index]?.reach ?? null, end);
      }
    });
    return windows;
  }

  #findRule(rule: SecretRule, windows: Windows, text: ChunkText, found: RawSecret[]): void {
    for (const match of matchesIn(rule, windows, text)) {
      const whole = text.slice(match.start, match.end);
      const isAllowed = [...rule.allow, ...this.#allow].some((allow) => allow.text?.(whole) === true);
      if (isAllowed) {
        continue;
      }
      for (const { start, end } of match.secrets) {
        const isExcluded =
          text.isWithin(rule.excluded, start, end) || text.isWithin(this.#excluded, start, end);
        if (!isExcluded) {
          found.push({ rule, start, end });
        }
      }
    }
  }
}

function isFor(rule: SecretRule, path: string): boolean {
  return rule.path?.(path) !== false && !rule.allow.some((allow) => allow.path?.(path) === true);
}

function addWindow(
  windows: Map<number, Windows>,
  index: number,
  reach: SecretRule['reach'],
  end: number,
): void {
  const known = windows.get(index);
  if (known === null) {
    return;
  }
  if (reach === null) {
    windows.set(index, null);
    return;
  }
  const start = Math.max(0, end - reach.before);
  if (known === undefined) {
    windows.set(index, [start, end + reach.after]);
  } else if (start <= (known.at(-1) ?? 0)) {
    known[known.length - 1] = end + reach.after;
  } else if (known.length < maxWindows) {
    known.push(start, end + reach.after);
  } else {
    windows.set(index, null);
  }
}

interface Match extends Span {
  readonly secrets: readonly Span[];
}

function matchesIn(rule: SecretRule, windows: Windows, text: ChunkText): readonly Match[] {
  if (windows === null) {
    return Array.from(rule.pattern(text.slice(0, text.length)));
  }
  const matches: Match[] = [];
  for (let i = 0; i < windows.length; i += 2) {
    const from = windows[i] ?? 0;
    const to = Math.min(windows[i + 1] ?? 0, text.length);
    for (const { start, end, secrets } of rule.pattern(text.slice(from, to))) {
      // The end of the window is not the end of the text, so what reaches it could go on.
      if (from + end === to && to < text.length) {
        return matchesIn(rule, null, text);
      }
      matches.push({
        start: from + start,
        end: from + end,
        secrets: secrets.map((secret) => ({ start: from + secret.start, end: from + secret.end })),
      });
    }
  }
  return matches;
}

/** A chunk as text with one character per byte, made only where something looks at it. */
class ChunkText {
  readonly #bytes: Buffer;
  readonly #blocks = new Map<SearchOptions['excluded'], readonly Span[]>();
  #whole: string | null = null;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get length(): number {
    return this.#bytes.length;
  }

  slice(start: number, end: number): string {
    if (this.#whole === null && start === 0 && end === this.length) {
      this.#whole = this.#bytes.toString('latin1');
    }
    return this.#whole?.slice(start, end) ?? this.#bytes.toString('latin1', start, end);
  }

  /** Whether a place lies in a block that a list of patterns finds. */
  isWithin(patterns: SearchOptions['excluded'], start: number, end: number): boolean {
    if (patterns.length === 0) {
      return false;
    }
    let blocks = this.#blocks.get(patterns);
    if (blocks === undefined) {
      const text = this.slice(0, this.length);
      blocks = patterns.flatMap((pattern) => Array.from(pattern(text)));
      this.#blocks.set(patterns, blocks);
    }
    return blocks.some((block) => block.start <= start && end <= block.end);
  }
}
