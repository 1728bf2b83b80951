/** A value as falcosidekick shows it to people. */
export function printed(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  if (value === null || value === undefined) {
    return '<nil>';
  }
  if (Array.isArray(value)) {
    return `[${value.map(printed).join(' ')}]`;
  }
  if (typeof value === 'object') {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `map[${members.map(([name, member]) => `${name}:${printed(member)}`).join(' ')}]`;
  }
  return `${value as number}`;
}
