import { type Language, uniteLanguages } from './pattern.ts';
import { complementRanges, intersectRanges, isEverything, type Ranges, uniteRanges } from './ranges.ts';

/**
 * How much of a parameter's text a test takes for the text of a field.
 * - `raw`: all of it, whatever it is. `rawOneSlash`: unless slashes are doubled, which the field makes one.
 * - `absolute`: when it starts with a slash. `normal`: when besides that it has no `.`, `..` or empty component.
 * Other texts are not decided.
 */
export type PathForm = 'raw' | 'rawOneSlash' | 'absolute' | 'normal';

/** One question about an event that the kernel can answer with yes, no or unknown. */
export type Atom =
  /** An integer parameter lies in one of the ranges. */
  | { readonly kind: 'range'; readonly param: number; readonly ranges: Ranges }
  /** A parameter has one of these bits. */
  | { readonly kind: 'bits'; readonly param: number; readonly mask: number }
  /** A path parameter belongs to a language. */
  | {
      readonly kind: 'path';
      readonly param: number;
      readonly form: PathForm;
      readonly language: Language;
    }
  /** A port of a connection that was made (parameters: both ends, and the address asked for) lies in the ranges. */
  | { readonly kind: 'ports'; readonly tuple: number; readonly address: number; readonly ranges: Ranges }
  /** The process runs in a container. */
  | { readonly kind: 'container' };

export interface AtomNode {
  readonly kind: 'atom';
  readonly atom: Atom;
  readonly wanted: boolean;
}

/** A condition over atoms; only atoms stand below a negation (`wanted: false`). */
export type Formula =
  boolean | AtomNode | { readonly kind: 'and' | 'or'; readonly children: readonly Formula[] };

/** An atom as a formula. Ranges are turned around rather than negated. */
export function atomFormula(atom: Atom, wanted = true): Formula {
  if (atom.kind === 'range') {
    const ranges = wanted ? atom.ranges : complementRanges(atom.ranges);
    if (ranges.length === 0) {
      return false;
    }
    return isEverything(ranges) || { kind: 'atom', atom: { ...atom, ranges }, wanted: true };
  }
  return { kind: 'atom', atom, wanted };
}

export function rangeFormula(param: number, ranges: Ranges): Formula {
  return atomFormula({ kind: 'range', param, ranges });
}

export function bitsFormula(param: number, mask: number, wanted = true): Formula {
  return mask === 0 ? !wanted : atomFormula({ kind: 'bits', param, mask }, wanted);
}

export function and(...children: readonly Formula[]): Formula {
  return chain('and', children);
}

export function or(...children: readonly Formula[]): Formula {
  return chain('or', children);
}

function chain(kind: 'and' | 'or', children: readonly Formula[]): Formula {
  const absorbing = kind === 'or';
  const kept: Formula[] = [];
  for (const child of children.flatMap((child) => spread(kind, child))) {
    if (child === absorbing) {
      return absorbing;
    }
    if (child === !absorbing) {
      continue;
    }
    const place = kept.findIndex((other) => join(kind, other, child) !== null);
    if (place < 0) {
      kept.push(child);
      continue;
    }
    const joined = join(kind, kept[place] as Formula, child);
    if (joined === absorbing) {
      return absorbing;
    }
    if (joined !== null && typeof joined !== 'boolean') {
      kept[place] = joined;
    } else {
      kept.splice(place, 1);
    }
  }
  if (kept.length === 0) {
    return !absorbing;
  }
  return kept.length === 1 ? (kept[0] as Formula) : { kind, children: kept };
}

function spread(kind: 'and' | 'or', formula: Formula): readonly Formula[] {
  return typeof formula === 'object' && formula.kind === kind ? formula.children : [formula];
}

/** Two questions about the same thing as one; null where they are not. */
function join(kind: 'and' | 'or', left: Formula, right: Formula): Formula | null {
  if (
    typeof left === 'boolean' ||
    typeof right === 'boolean' ||
    left.kind !== 'atom' ||
    right.kind !== 'atom'
  ) {
    return null;
  }
  const { atom: a, wanted } = left;
  const { atom: b } = right;
  if (wanted !== right.wanted) {
    return atomKey(a) === atomKey(b) ? kind === 'or' : null;
  }
  // Asking for one of two sets is asking for both together; so is asking for neither.
  const unites = (kind === 'or') === wanted;
  if (a.kind === 'range' && b.kind === 'range' && a.param === b.param) {
    return rangeFormula(a.param, (unites ? uniteRanges : intersectRanges)(a.ranges, b.ranges));
  }
  if (a.kind === 'path' && b.kind === 'path' && unites && a.param === b.param && a.form === b.form) {
    return { ...left, atom: { ...a, language: uniteLanguages(a.language, b.language) } };
  }
  if (a.kind === 'bits' && b.kind === 'bits' && unites && a.param === b.param) {
    return { ...left, atom: { ...a, mask: (a.mask | b.mask) >>> 0 } };
  }
  return atomKey(a) === atomKey(b) ? left : null;
}

/** Equal keys are equal atoms. */
export function atomKey(atom: Atom): string {
  switch (atom.kind) {
    case 'range':
      return `range ${atom.param} ${atom.ranges.join(' ')}`;
    case 'bits':
      return `bits ${atom.param} ${atom.mask}`;
    case 'path':
      return `path ${atom.param} ${atom.form} ${atom.language.key}`;
    case 'ports':
      return `ports ${atom.ranges.join(' ')}`;
    case 'container':
      return 'container';
  }
}
