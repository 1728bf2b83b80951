/** Code points as sorted, separate ranges; both ends belong to a range. */
export type CodePoints = readonly (readonly [low: number, high: number])[];

/** A regular expression. Captures are left out: only whether a text matches counts. */
export type RegexNode =
  | { readonly kind: 'set'; readonly points: CodePoints }
  | { readonly kind: 'lineStart' | 'lineEnd' }
  | { readonly kind: 'sequence' | 'choice'; readonly children: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly child: RegexNode; readonly min: number; readonly max: number };

export const maxCodePoint = 0x10ffff;

/** Any character but a line feed: what `.` matches. */
export const notLineFeed: CodePoints = [
  [0, 9],
  [11, maxCodePoint],
];

export const emptyNode: RegexNode = { kind: 'sequence', children: [] };

/** Sorts ranges and joins those that touch. */
export function normalize(ranges: CodePoints): CodePoints {
  const joined: [number, number][] = [];
  for (const [low, high] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && low <= last[1] + 1) {
      last[1] = Math.max(last[1], high);
    } else {
      joined.push([low, high]);
    }
  }
  return joined;
}

/** Every code point that is not in `points`, which must be normalized. */
export function complement(points: CodePoints): CodePoints {
  const others: [number, number][] = [];
  let next = 0;
  for (const [low, high] of points) {
    if (low > next) {
      others.push([next, low - 1]);
    }
    next = high + 1;
  }
  if (next <= maxCodePoint) {
    others.push([next, maxCodePoint]);
  }
  return others;
}

/** Whether two normalized sets have a code point in common. */
export function overlaps(a: CodePoints, b: CodePoints): boolean {
  return a.some(([low, high]) => b.some(([otherLow, otherHigh]) => low <= otherHigh && otherLow <= high));
}

/** The one code point of a set; null when there are more or none. */
export function single(points: CodePoints): number | null {
  const [first, second] = points;
  return first !== undefined && second === undefined && first[0] === first[1] ? first[0] : null;
}

/** True for `.*`. */
export function isAnyText(node: RegexNode): boolean {
  return (
    node.kind === 'repeat' &&
    node.min === 0 &&
    node.max === Infinity &&
    node.child.kind === 'set' &&
    JSON.stringify(node.child.points) === JSON.stringify(notLineFeed)
  );
}
