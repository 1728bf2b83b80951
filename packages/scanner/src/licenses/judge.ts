import { RE2JS, RE2JSException } from 're2js';
import { type LicenseCategory, type Severity, severityRank } from '../model/index.ts';
import defaults from './categories.json' with { type: 'json' };
import { type LicenseExpression, printLicenseExpression } from './expression.ts';
import { normalizedExpression } from './spdx.ts';

/** From the worst to the best. */
export const judgedCategories = [
  'forbidden',
  'restricted',
  'reciprocal',
  'notice',
  'permissive',
  'unencumbered',
] as const satisfies readonly LicenseCategory[];

export type JudgedCategory = (typeof judgedCategories)[number];

/** The licences of each category; where none are named, the usual ones. */
export type LicenseCategories = Readonly<Partial<Record<JudgedCategory, readonly string[]>>>;

export interface Judgement {
  readonly category: LicenseCategory;
  readonly severity: Severity;
}

const severityOf: Readonly<Record<LicenseCategory, Severity>> = {
  forbidden: 'CRITICAL',
  restricted: 'HIGH',
  reciprocal: 'MEDIUM',
  notice: 'LOW',
  permissive: 'LOW',
  unencumbered: 'LOW',
  unknown: 'UNKNOWN',
};

const textPrefix = 'text://';

/** Says what a licence asks of those who use it. */
export class LicenseJudge {
  readonly #categoryOf = new Map<string, JudgedCategory>();
  /** Patterns for texts that are no known licence. */
  readonly #texts: readonly (readonly [RE2JS, JudgedCategory])[];

  constructor(lists: LicenseCategories = {}) {
    const texts: [RE2JS, JudgedCategory][] = [];
    for (const category of judgedCategories) {
      for (const name of lists[category] ?? defaults[category]) {
        if (name.startsWith(textPrefix)) {
          texts.push(...textPattern(name).map((pattern) => [pattern, category] as [RE2JS, JudgedCategory]));
        } else if (!this.#categoryOf.has(name.toLowerCase())) {
          this.#categoryOf.set(name.toLowerCase(), category);
        }
      }
    }
    this.#texts = texts;
  }

  /** A name or an expression: of two licences that both hold the worse one counts, of a choice the better one. */
  judge(name: string): Judgement {
    return judgement(this.#named(name) ?? this.#expression(normalizedExpression(name)));
  }

  /** The text of a licence that has no name. */
  judgeText(text: string): Judgement {
    return judgement(this.#texts.find(([pattern]) => pattern.matcher(text).find())?.[1] ?? 'unknown');
  }

  #expression(expression: LicenseExpression): LicenseCategory {
    if (expression.kind === 'and' || expression.kind === 'or') {
      const [left, right] = [this.#expression(expression.left), this.#expression(expression.right)];
      // Nothing is known of a choice or a sum with something unknown.
      if (left === 'unknown' || right === 'unknown') {
        return 'unknown';
      }
      return expression.kind === 'and' ? worse(left, right) : better(left, right);
    }
    const name = printLicenseExpression(expression);
    const base = name.replace(/(?:-only|-or-later|\+)$/, '');
    return this.#named(name) ?? this.#named(base) ?? 'unknown';
  }

  #named(name: string): JudgedCategory | undefined {
    return this.#categoryOf.get(name.toLowerCase());
  }
}

function judgement(category: LicenseCategory): Judgement {
  return { category, severity: severityOf[category] };
}

/** Of equally severe ones the first. */
function worse(a: LicenseCategory, b: LicenseCategory): LicenseCategory {
  return severityRank(severityOf[b]) > severityRank(severityOf[a]) ? b : a;
}

function better(a: LicenseCategory, b: LicenseCategory): LicenseCategory {
  return severityRank(severityOf[b]) < severityRank(severityOf[a]) ? b : a;
}

/** A pattern that is none matches nothing. */
function textPattern(name: string): RE2JS[] {
  try {
    return [RE2JS.compile(name.slice(textPrefix.length))];
  } catch (error) {
    if (error instanceof RE2JSException) {
      return [];
    }
    throw error;
  }
}
