import type { OsInfo } from '../model/index.ts';

/** Families that other distributions claim to be: what is found later is more exact. */
const imprecise = new Set(['redhat', 'debian']);

/** What two findings about the operating system say together; `later` comes from a file or layer after `earlier`. */
export function mergeOs(earlier: OsInfo | undefined, later: OsInfo | undefined): OsInfo | undefined {
  if (earlier === undefined || later === undefined) {
    return earlier ?? later;
  }
  const supplier = earlier.supplier ?? later.supplier;
  const extended = earlier.extended === true || later.extended === true;
  const base = imprecise.has(earlier.family) && later.family !== '' ? later : earlier;
  const family = base.family === '' ? later.family : base.family;
  const name = base.name ?? later.name;
  return {
    family,
    ...(name === undefined ? {} : { name }),
    ...(extended ? { extended } : {}),
    ...(supplier === undefined ? {} : { supplier }),
  };
}
