import names from '../tables/errno.json' with { type: 'json' };

const byNumber = toList(names);

/** The name of an error from the negative number that a system call returned; '' for one without a name. */
export function errnoName(result: number): string {
  return byNumber[-result] ?? '';
}

function toList(table: Readonly<Record<string, string>>): readonly (string | undefined)[] {
  const list: (string | undefined)[] = [];
  for (const [number, name] of Object.entries(table)) {
    list[Number(number)] = name;
  }
  return list;
}
