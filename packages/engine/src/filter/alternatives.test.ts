import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alternativesOf, type Conjunction } from './alternatives.ts';
import { and, atomFormula, type AtomNode, bitsFormula, type Formula, or, rangeFormula } from './formula.ts';
import { languageOf, textPattern } from './pattern.ts';
import { inRanges } from './ranges.ts';

/** What an event has: two numbers and a path. */
interface Facts {
  readonly numbers: readonly number[];
  readonly path: string;
}

const words = ['a', 'b', 'ab', 'c'];
const atoms: fc.Arbitrary<Formula> = fc.oneof(
  fc.constantFrom(true, false),
  fc
    .tuple(fc.nat(1), fc.nat(5), fc.nat(2))
    .map(([param, low, more]) => rangeFormula(param, [[low, low + more]])),
  fc
    .tuple(fc.nat(1), fc.nat(7), fc.boolean())
    .map(([param, mask, wanted]) => bitsFormula(param, mask, wanted)),
  fc.tuple(fc.constantFrom(...words), fc.boolean()).map(([word, wanted]) => {
    const language = languageOf([textPattern(word, { before: false, after: false })]);
    return atomFormula({ kind: 'path', param: 2, form: 'raw', language }, wanted);
  }),
  fc.boolean().map((wanted) => atomFormula({ kind: 'container' }, wanted)),
);
/** A tree, and what it means without any simplification. */
interface Tree {
  readonly formula: Formula;
  readonly holds: (facts: Facts) => boolean;
}
const trees = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    atoms.map((formula) => ({ formula, holds: (facts: Facts) => evaluate(formula, facts) })),
    fc.tuple(fc.boolean(), fc.array(tie('tree'), { minLength: 1, maxLength: 4 })).map(([all, parts]) => ({
      formula: (all ? and : or)(...parts.map(({ formula }) => formula)),
      holds: (facts: Facts) =>
        all ? parts.every((part) => part.holds(facts)) : parts.some((part) => part.holds(facts)),
    })),
  ),
})).tree;
const facts = fc.record({
  numbers: fc.tuple(fc.nat(9), fc.nat(9)),
  path: fc.constantFrom(...words, 'other'),
});

function evaluate(formula: Formula, given: Facts): boolean {
  if (typeof formula === 'boolean') {
    return formula;
  }
  if (formula.kind !== 'atom') {
    return formula.kind === 'and'
      ? formula.children.every((child) => evaluate(child, given))
      : formula.children.some((child) => evaluate(child, given));
  }
  return holds(formula, given) === formula.wanted;
}

function holds({ atom }: AtomNode, { numbers, path }: Facts): boolean {
  switch (atom.kind) {
    case 'range':
      return inRanges(atom.ranges, numbers[atom.param]!);
    case 'bits':
      return (numbers[atom.param]! & atom.mask) !== 0;
    case 'path':
      return atom.language.patterns.some(
        (pattern) => pattern.key === textPattern(path, { before: false, after: false }).key,
      );
    case 'ports':
      return false;
    case 'container':
      return path === 'a';
  }
}

function holdsIn(list: readonly Conjunction[], given: Facts): boolean {
  return list.some((conjunction) => conjunction.every((node) => holds(node, given) === node.wanted));
}

test('simplifying a formula does not change what it says', () => {
  fc.assert(
    fc.property(trees, facts, (tree, given) => evaluate(tree.formula, given) === tree.holds(given)),
    { numRuns: 500 },
  );
});

test('alternatives say the same as their formula, and with too little room no less', () => {
  fc.assert(
    fc.property(trees, facts, fc.integer({ min: 1, max: 4 }), ({ formula }, given, limit) => {
      expect(holdsIn(alternativesOf(formula, 10_000), given)).toBe(evaluate(formula, given));
      if (evaluate(formula, given)) {
        expect(holdsIn(alternativesOf(formula, limit), given)).toBe(true);
      }
      expect(alternativesOf(formula, limit).length).toBeLessThanOrEqual(Math.max(limit, 1));
    }),
    { numRuns: 500 },
  );
});
