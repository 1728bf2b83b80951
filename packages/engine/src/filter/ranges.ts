/** Closed ranges of integers, ascending, with room between them. The ends may be infinite. */
export type Ranges = readonly (readonly [low: number, high: number])[];

/** Sorts ranges and joins those that touch. */
export function normalRanges(ranges: Ranges): Ranges {
  const joined: [number, number][] = [];
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && low <= last[1] + 1) {
      last[1] = Math.max(last[1], high);
    } else {
      joined.push([low, high]);
    }
  }
  return joined;
}

export function uniteRanges(left: Ranges, right: Ranges): Ranges {
  return normalRanges([...left, ...right]);
}

export function intersectRanges(left: Ranges, right: Ranges): Ranges {
  return normalRanges(
    left.flatMap(([low, high]) =>
      right
        .map(([from, to]) => [Math.max(low, from), Math.min(high, to)] as const)
        .filter(([from, to]) => from <= to),
    ),
  );
}

export function complementRanges(ranges: Ranges): Ranges {
  const rest: [number, number][] = [];
  let from = Number.NEGATIVE_INFINITY;
  for (const [low, high] of ranges) {
    if (low > from) {
      rest.push([from, low - 1]);
    }
    from = high + 1;
  }
  if (from !== Number.POSITIVE_INFINITY) {
    rest.push([from, Number.POSITIVE_INFINITY]);
  }
  return rest;
}

export function inRanges(ranges: Ranges, value: number): boolean {
  return ranges.some(([low, high]) => low <= value && value <= high);
}

export function isEverything(ranges: Ranges): boolean {
  return ranges.length === 1 && ranges[0]?.[0] === -Infinity && ranges[0][1] === Infinity;
}

/** The integers that pass `test`, which changes its answer only at the given numbers. */
export function rangesOf(test: (value: number) => boolean, changes: readonly number[]): Ranges {
  const points = [...new Set(changes)].sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  let from = Number.NEGATIVE_INFINITY;
  for (const point of points) {
    if (from < point && test(point - 1)) {
      ranges.push([from, point - 1]);
    }
    if (test(point)) {
      ranges.push([point, point]);
    }
    from = point + 1;
  }
  if (test(from === Number.NEGATIVE_INFINITY ? 0 : from)) {
    ranges.push([from, Number.POSITIVE_INFINITY]);
  }
  return normalRanges(ranges);
}
