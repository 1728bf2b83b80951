import { and, atomKey, type AtomNode, type Formula, or } from './formula.ts';

/** Atoms that must all be possible. */
export type Conjunction = readonly AtomNode[];

/**
 * A formula as a list of conjunctions of which one must hold. With more than `limit` of them at any point, parts of the
 * formula are left out, so that the list holds for more events, never for fewer. Empty: never; one empty conjunction:
 * always.
 */
export function alternativesOf(formula: Formula, limit: number): readonly Conjunction[] {
  if (typeof formula === 'boolean') {
    return formula ? [[]] : [];
  }
  if (formula.kind === 'atom') {
    return [[formula]];
  }
  const lists = formula.children.map((child) => alternativesOf(child, limit));
  if (formula.kind === 'or') {
    const all = reduce(lists.flat());
    return all.length > limit ? [commonPart(all)] : all;
  }
  let product: readonly Conjunction[] = [[]];
  // Single conjunctions first: they cost nothing and make the others absorb each other.
  for (const list of [...lists].sort((a, b) => a.length - b.length)) {
    const next = multiply(product, list, limit);
    product = next ?? product;
  }
  return product;
}

/** Null when there would be too many. */
function multiply(
  left: readonly Conjunction[],
  right: readonly Conjunction[],
  limit: number,
): readonly Conjunction[] | null {
  if (left.length * right.length > 16 * limit) {
    return null;
  }
  const products = left.flatMap((one) => right.flatMap((other) => conjunctions(and(...one, ...other))));
  const reduced = reduce(products);
  return reduced.length > limit ? null : reduced;
}

/** What `and` makes of atoms: nothing, or one conjunction. */
function conjunctions(formula: Formula): readonly Conjunction[] {
  if (typeof formula === 'boolean') {
    return formula ? [[]] : [];
  }
  // Children of a chain of atoms are atoms.
  return [formula.kind === 'atom' ? [formula] : (formula.children as readonly AtomNode[])];
}

/** Leaves out what asks for more than another, and joins those that differ in one path only. */
export function reduce(list: readonly Conjunction[]): readonly Conjunction[] {
  let current = absorb(list);
  for (;;) {
    const joined = joinOnce(current);
    if (joined === null) {
      return current;
    }
    current = absorb(joined);
  }
}

function absorb(list: readonly Conjunction[]): readonly Conjunction[] {
  const kept: { readonly conjunction: Conjunction; readonly keys: ReadonlySet<string> }[] = [];
  for (const conjunction of [...list].sort((a, b) => a.length - b.length)) {
    const keys = new Set(conjunction.map(nodeKey));
    if (!kept.some((other) => other.keys.isSubsetOf(keys))) {
      kept.push({ conjunction, keys });
    }
  }
  return kept.map(({ conjunction }) => conjunction);
}

function joinOnce(list: readonly Conjunction[]): readonly Conjunction[] | null {
  const byRest = new Map<string, { readonly place: number; readonly at: number }>();
  for (const [place, conjunction] of list.entries()) {
    for (const [at, node] of conjunction.entries()) {
      if (!joins(node)) {
        continue;
      }
      const rest = conjunction
        .map((other, i) => (i === at ? subjectKey(node) : nodeKey(other)))
        .sort()
        .join('\0');
      const other = byRest.get(rest);
      if (other === undefined) {
        byRest.set(rest, { place, at });
        continue;
      }
      const first = list[other.place] as Conjunction;
      const united = unite(first[other.at] as AtomNode, node);
      return list.flatMap((item, i) => {
        if (i === place) {
          return [];
        }
        return i === other.place ? [first.flatMap((old, j) => (j === other.at ? united : [old]))] : [item];
      });
    }
  }
  return null;
}

/** Atoms of which two, one of them wanted, are one. */
function joins({ atom, wanted }: AtomNode): boolean {
  return wanted && (atom.kind === 'path' || atom.kind === 'range');
}

function subjectKey({ atom }: AtomNode): string {
  return atom.kind === 'path'
    ? `path ${atom.param} ${atom.form}`
    : atomKey({ ...atom, ranges: [] } as typeof atom);
}

/** One of two atoms about the same thing, as what stands in a conjunction. */
function unite(left: AtomNode, right: AtomNode): readonly AtomNode[] {
  const joined = or(left, right);
  if (typeof joined === 'boolean') {
    return [];
  }
  return [joined as AtomNode];
}

/** What all conjunctions ask for: weaker than each of them. */
function commonPart(list: readonly Conjunction[]): Conjunction {
  const [first = [], ...others] = list;
  return first.filter((node) => others.every((other) => other.some((one) => nodeKey(one) === nodeKey(node))));
}

export function nodeKey({ atom, wanted }: AtomNode): string {
  return `${wanted ? '' : '!'}${atomKey(atom)}`;
}
