import type { Severity } from '../model/index.ts';
import builtin from './builtin.json' with { type: 'json' };
import { builtinPattern, type Pattern, type Span } from './pattern.ts';

/** What is no secret: files by their path, matches by their text. */
export interface AllowRule {
  readonly id?: string;
  readonly path?: (path: string) => boolean;
  readonly text?: (match: string) => boolean;
}

export interface SecretRule {
  readonly id: string;
  readonly category: string;
  readonly title: string;
  readonly severity: Severity;
  /** One of them must be near, in any case; without any, all text is looked through. */
  readonly keywords: readonly string[];
  readonly pattern: Pattern;
  /** How far a match can reach before and behind the end of a keyword; null where it is not bounded. */
  readonly reach: { readonly before: number; readonly after: number } | null;
  readonly path?: (path: string) => boolean;
  readonly allow: readonly AllowRule[];
  /** Blocks in which this rule finds nothing. */
  readonly excluded: readonly ((text: string) => Iterable<Span>)[];
}

/** The form of the rules in the data file. */
interface RuleData {
  readonly id: string;
  readonly category: string;
  readonly title: string;
  readonly severity: string;
  readonly keywords: readonly string[];
  readonly pattern?: string;
  readonly flags?: string;
  readonly before?: number;
  readonly after?: number;
  /** A value that is assigned, in quotes, to something that is named by the keyword. */
  readonly near?: string;
  /** What is before the keyword. */
  readonly lead?: string;
  readonly quotes?: boolean;
  /** The assignment is secret as a whole. */
  readonly whole?: boolean;
  readonly path?: string;
  readonly allow?: string;
}

interface AllowData {
  readonly id: string;
  readonly path?: string;
  readonly regex?: string;
}

/** Longer than any assignment: 25 characters, the operator, 5 more, and at most 141 of the value. */
const nearReach = 200;

export const builtinRules: readonly SecretRule[] = (builtin.rules as readonly RuleData[]).map(ruleOf);

export const builtinAllowRules: readonly AllowRule[] = (builtin.allowRules as readonly AllowData[]).map(
  ({ id, path, regex }) => ({
    id,
    ...(path === undefined ? {} : { path: test(path) }),
    ...(regex === undefined ? {} : { text: test(regex) }),
  }),
);

export const builtinSkips: readonly string[] = builtin.skipPatterns;

function ruleOf(data: RuleData): SecretRule {
  const { id, category, title, severity, keywords, path, allow, before, after } = data;
  return {
    id,
    category,
    title,
    // The data file has no others.
    severity: severity as Severity,
    keywords,
    pattern:
      data.near === undefined ? builtinPattern(data.pattern ?? '', data.flags ?? '') : assignment(data),
    reach:
      data.near === undefined
        ? before === undefined || after === undefined
          ? null
          : { before, after }
        : { before: longestKeyword(keywords) + 2, after: nearReach },
    ...(path === undefined ? {} : { path: test(path) }),
    allow: allow === undefined ? [] : [{ text: test(allow) }],
    excluded: [],
  };
}

function longestKeyword(keywords: readonly string[]): number {
  return Math.max(...keywords.map(({ length }) => length));
}

/** `vendor_token = "value"` */
function assignment({ keywords, near = '', lead = '', quotes = true, whole = false }: RuleData): Pattern {
  const quote = quotes ? `['"]` : '';
  const value = whole ? near : `(?<secret>${near})`;
  const name = `${lead}${keywords[0] ?? ''}`;
  return builtinPattern(
    `${name}[a-z0-9_ .,-]{0,25}(?:=>?|>|:=?|\\|\\|:|<=).{0,5}?${quote}${value}${quote}`,
    'i',
  );
}

function test(source: string): (text: string) => boolean {
  const [, ignoreCase, pattern = ''] = /^(\(\?i\))?(.*)$/.exec(source) ?? [];
  const regex = new RegExp(pattern, ignoreCase === undefined ? '' : 'i');
  return (text) => regex.test(text);
}
