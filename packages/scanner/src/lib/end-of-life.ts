import tables from '../data/end-of-life.json' with { type: 'json' };

/** When support of a release ends or ended; null when that is not known. */
export function endOfLife(table: string, release: string): Date | null {
  const dates = (tables as Readonly<Record<string, Readonly<Record<string, string>>>>)[table];
  const date = dates !== undefined && Object.hasOwn(dates, release) ? dates[release] : undefined;
  return date === undefined ? null : new Date(date);
}
