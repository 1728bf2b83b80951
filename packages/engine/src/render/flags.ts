/** Names of bits, or of whole numbers, in the order in which they are printed. */
export type FlagTable = readonly (readonly [name: string, value: number])[];

/**
 * The names of the bits that are set, joined by `|`; '' for none. Each name takes its bits away, so that O_RDWR is not
 * also O_RDONLY, and a name of the whole number ends the list. A name of 0 stands for 0 alone.
 */
export function flagsText(table: FlagTable, value: number): string {
  const names: string[] = [];
  let rest = value;
  for (const [name, bits] of table) {
    if (takes(rest, bits, value)) {
      names.push(name);
      rest = (rest & ~bits) >>> 0;
      if (bits === value) {
        break;
      }
    }
  }
  return names.join('|');
}

/** The names of exactly this number, joined by `|`: several may stand for the same, such as AF_LOCAL and AF_UNIX. */
export function enumText(table: FlagTable, value: number): string {
  const names: string[] = [];
  for (const [name, number] of table) {
    if (number === value) {
      names.push(name);
    }
  }
  return names.join('|');
}

/** The names of a file mode's bits. A name of the whole mode ends the list, whatever has been taken away before. */
export function modeText(table: FlagTable, mode: number): string {
  const names: string[] = [];
  let rest = mode;
  for (const [name, bits] of table) {
    if (bits === mode) {
      names.push(name);
      break;
    }
    if (takes(rest, bits, mode)) {
      names.push(name);
      rest = (rest & ~bits) >>> 0;
    }
  }
  return names.join('|');
}

function takes(rest: number, bits: number, whole: number): boolean {
  return bits === 0 ? whole === 0 : rest !== 0 && (rest & bits) >>> 0 === bits;
}
