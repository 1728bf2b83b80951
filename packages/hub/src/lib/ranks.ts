/**
 * The items of ranks from `from` to below `to`, in order, without ordering those around them: whoever shows a page of a
 * long list needs no more. `items` is put into another order. Items that are equal may come in any order.
 */
export function itemsOfRanks<T>(
  items: T[],
  { from, to }: { readonly from: number; readonly to: number },
  compare: (a: T, b: T) => number,
): T[] {
  const end = Math.min(to, items.length);
  if (from >= end) {
    return [];
  }
  partition(items, from, compare, 0);
  partition(items, end, compare, from);
  return items.slice(from, end).sort(compare);
}

type Compare<T> = (a: T, b: T) => number;

/** Brings the least `rank` items, of which `first` are there already, before all others. */
function partition<T>(items: T[], rank: number, compare: Compare<T>, first: number): void {
  let low = first;
  let high = items.length - 1;
  // Lists can be made for which each turn brings next to nothing.
  const mostTurns = 4 * Math.log2(items.length + 1);
  for (let turn = 0; low < rank && rank <= high; turn++) {
    if (turn > mostTurns) {
      sortBetween(items, low, high, compare);
      return;
    }
    const { lower, upper } = splitBetween(items, low, high, compare);
    if (rank <= lower) {
      high = lower;
    } else if (rank > upper) {
      low = upper;
    } else {
      return;
    }
  }
}

/** Afterwards what lies up to `lower` is no greater than what lies behind it, and so on either side of `upper`. */
function splitBetween<T>(
  items: T[],
  low: number,
  high: number,
  compare: Compare<T>,
): { readonly lower: number; readonly upper: number } {
  const pivot = middleOf(items, low, high, compare);
  let left = low;
  let right = high;
  while (left <= right) {
    // Both stop at the pivot at the latest, so that they stay within the list.
    while (compare(items[left] as T, pivot) < 0) {
      left++;
    }
    while (compare(items[right] as T, pivot) > 0) {
      right--;
    }
    if (left <= right) {
      const item = items[left] as T;
      items[left] = items[right] as T;
      items[right] = item;
      left++;
      right--;
    }
  }
  return { lower: right, upper: left };
}

function sortBetween<T>(items: T[], low: number, high: number, compare: Compare<T>): void {
  for (const [offset, item] of items
    .slice(low, high + 1)
    .sort(compare)
    .entries()) {
    items[low + offset] = item;
  }
}

/** Of the first, the last and the one between: of a list in order it is the best, too. */
function middleOf<T>(items: readonly T[], low: number, high: number, compare: Compare<T>): T {
  const [a, b, c] = [items[low] as T, items[(low + high) >>> 1] as T, items[high] as T];
  if (compare(a, b) < 0) {
    return compare(b, c) < 0 ? b : compare(a, c) < 0 ? c : a;
  }
  return compare(a, c) < 0 ? a : compare(b, c) < 0 ? c : b;
}
