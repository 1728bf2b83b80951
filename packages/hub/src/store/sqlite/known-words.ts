import type { DatabaseSync } from 'node:sqlite';
import { columnFacets } from './columns.ts';

/** More numbers than this in the dictionary are damage, not values. */
const maxWords = 2 ** 27;

/** For each kind of the dictionary which numbers have a value. Throws for what cannot be a dictionary. */
export function knownWords(database: DatabaseSync): readonly Uint8Array[] {
  const highest = database.prepare('SELECT max(id) AS last FROM word WHERE kind = ?');
  const numbers = database.prepare('SELECT id FROM word WHERE kind = ?');
  return columnFacets.map((facet, kind) => {
    const last = (highest.get(kind) as { last: number | null }).last ?? -1;
    if (last > maxWords) {
      throw new RangeError(`value ${last} of ${facet} is too high a number`);
    }
    const known = new Uint8Array(last + 1);
    for (const { id } of numbers.iterate(kind) as Iterable<{ id: number }>) {
      known[id] = 1;
    }
    return known;
  });
}
