import type { DatabaseSync } from 'node:sqlite';
import { columnFacets } from './columns.ts';
import { RowSet } from './row-set.ts';

/** More numbers than this in the dictionary are damage, not values. */
const maxWords = 2 ** 27;

/** For each kind of the dictionary which numbers have a value, a bit for each. Throws for what cannot be a dictionary. */
export function knownWords(database: DatabaseSync): readonly RowSet[] {
  const highest = database.prepare('SELECT max(id) AS last FROM word WHERE kind = ?');
  const numbers = database.prepare('SELECT id FROM word WHERE kind = ?');
  return columnFacets.map((facet, kind) => {
    const last = (highest.get(kind) as { last: number | null }).last ?? -1;
    if (last > maxWords) {
      throw new RangeError(`value ${last} of ${facet} is too high a number`);
    }
    const known = new RowSet(last + 1);
    for (const { id } of numbers.iterate(kind) as Iterable<{ id: number }>) {
      known.add(id);
    }
    return known;
  });
}
