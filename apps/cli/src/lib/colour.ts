/** Whether to colour what goes to a stream: NO_COLOR wins, FORCE_COLOR overrides the terminal check. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') {
    return false;
  }
  if (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0') {
    return true;
  }
  return isTerminal && env['TERM'] !== 'dumb';
}

const codes = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
  brightRed: 91,
} as const;
export type Colour = keyof typeof codes;

/** Text in a colour, or as it is when colours are off. */
export function paint(text: string, enabled: boolean, ...colours: readonly Colour[]): string {
  if (!enabled || colours.length === 0) {
    return text;
  }
  return `\u001b[${colours.map((colour) => codes[colour]).join(';')}m${text}\u001b[0m`;
}
