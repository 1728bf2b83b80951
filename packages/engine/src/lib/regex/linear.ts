import { type CodePoints, overlaps, type RegexNode } from './node.ts';

/** A set of the expression, with the sets that a matching text may go on with. */
interface Step {
  readonly points: CodePoints;
  readonly follow: Step[];
}

/** What an expression may begin and end with. */
interface Ends {
  /** The empty text matches, in exactly one way. */
  readonly nullable: boolean;
  readonly first: readonly Step[];
  readonly last: readonly Step[];
}

/** Followers that are compared pair by pair; expressions beyond it are left to RE2. */
const maxFollowers = 64;
const maxSteps = 2000;

/**
 * Whether a backtracking matcher needs linear time for the whole-text match of an expression.
 *
 * The criterion: at no place of any text can the matcher have two ways to read the next character. Every set of the
 * expression (a character is a set of one) has a list of the sets that can be read after it, once for every way
 * through the expression that leads there; the expression passes when the sets of each such list, and of the list of
 * those that can be read first, have no character in common. So of all choices that the matcher notes down, at most
 * one survives the next character, a failed match tries each of them once more in constant time, and the work is
 * proportional to the text. Refused as well: repetition of what matches the empty text or matches it in two ways,
 * and line anchors inside.
 *
 * Such an expression also has one meaning: whether a text as a whole matches does not depend on which of several ways
 * a matcher prefers, so V8 and RE2 agree.
 */
export function isLinear(node: RegexNode): boolean {
  const steps: Step[] = [];
  const ends = analyze(node, steps);
  return (
    ends !== null &&
    steps.length <= maxSteps &&
    isUnambiguous(ends.first) &&
    steps.every(({ follow }) => isUnambiguous(follow))
  );
}

function isUnambiguous(steps: readonly Step[]): boolean {
  return (
    steps.length <= maxFollowers &&
    steps.every((step, i) => steps.every((other, j) => j <= i || !overlaps(step.points, other.points)))
  );
}

function analyze(node: RegexNode, steps: Step[]): Ends | null {
  switch (node.kind) {
    case 'set': {
      const step = { points: node.points, follow: [] };
      steps.push(step);
      return { nullable: false, first: [step], last: [step] };
    }
    case 'lineStart':
    case 'lineEnd':
      return null;
    case 'sequence':
      return analyzeSequence(node.children, steps);
    case 'choice':
      return analyzeChoice(node.children, steps);
    case 'repeat':
      return analyzeRepeat(node.child, node.min, node.max, steps);
  }
}

function analyzeSequence(children: readonly RegexNode[], steps: Step[]): Ends | null {
  let all: Ends = { nullable: true, first: [], last: [] };
  for (const child of children) {
    const next = analyze(child, steps);
    if (next === null || tooLong(all, next)) {
      return null;
    }
    link(all.last, next.first);
    all = {
      nullable: all.nullable && next.nullable,
      first: all.nullable ? [...all.first, ...next.first] : all.first,
      last: next.nullable ? [...all.last, ...next.last] : next.last,
    };
  }
  return all;
}

function analyzeChoice(children: readonly RegexNode[], steps: Step[]): Ends | null {
  let all: Ends = { nullable: false, first: [], last: [] };
  for (const child of children) {
    const next = analyze(child, steps);
    if (next === null || (all.nullable && next.nullable) || tooLong(all, next)) {
      return null;
    }
    all = {
      nullable: all.nullable || next.nullable,
      first: [...all.first, ...next.first],
      last: [...all.last, ...next.last],
    };
  }
  return all;
}

function analyzeRepeat(child: RegexNode, min: number, max: number, steps: Step[]): Ends | null {
  if (max === 0) {
    return { nullable: true, first: [], last: [] };
  }
  const ends = analyze(child, steps);
  if (ends === null || ends.nullable || tooLong(ends, ends)) {
    return null;
  }
  // A fixed number of single characters leaves no choice between going on and going round.
  if (max > 1 && !(min === max && child.kind === 'set')) {
    link(ends.last, ends.first);
  }
  return min === 0 ? { ...ends, nullable: true } : ends;
}

function link(from: readonly Step[], to: readonly Step[]): void {
  for (const step of from) {
    step.follow.push(...to);
  }
}

function tooLong(a: Ends, b: Ends): boolean {
  return Math.max(a.first.length, a.last.length, b.first.length, b.last.length) > maxFollowers;
}
