import names from '../tables/signals.json' with { type: 'json' };

const byNumber: ReadonlyMap<number, string> = new Map(
  Object.entries(names).map(([number, name]) => [Number(number), name]),
);

/** The name of a signal; '' for one without a name, such as the real-time signals. */
export function signalName(signal: number): string {
  return byNumber.get(signal) ?? '';
}

/** The names of the signals of a set (bit 0 is signal 1), joined by blanks. */
export function signalSetText(set: number): string {
  const parts: string[] = [];
  for (let bit = 0; bit < 32; bit++) {
    const name = (set & (1 << bit)) === 0 ? '' : signalName(bit + 1);
    if (name !== '') {
      parts.push(name);
    }
  }
  return parts.join(' ');
}
