/** One thing that getopt(3) would report. */
export interface Option {
  /** '?' for an option that does not exist, '' for one whose value is missing. */
  readonly letter: string;
  readonly value: string | null;
  /** The option itself; '' for one that does not exist. */
  readonly name: string;
}

/**
 * Reads short options: clusters such as `-xvf file` and values that follow or are attached. It stops at `--`, at `-`
 * and at the first argument that is no option; `--long` is skipped. `letters` is an optstring: a colon after a letter
 * says that the option has a value, other colons mean nothing.
 */
export function parseOptions(args: readonly string[], letters: string): Option[] {
  const known = knownOptions(letters);
  const options: Option[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--' || arg.length < 2 || !arg.startsWith('-')) {
      break;
    }
    if (!arg.startsWith('--') && readCluster(arg, args[i + 1], known, options)) {
      i++;
    }
  }
  return options;
}

/** The last value of an option, its letter when it takes none; null when it is not there. */
export function selectOption(options: readonly Option[], name: string): string | null {
  const option = options.findLast((one) => one.name === name);
  return option === undefined ? null : (option.value ?? option.letter);
}

/** For each option whether it has a value. */
function knownOptions(letters: string): Map<string, boolean> {
  const known = new Map<string, boolean>();
  for (let i = 0; i < letters.length; i++) {
    const letter = letters.charAt(i);
    if (letter !== ':') {
      known.set(letter, letters[i + 1] === ':' || known.get(letter) === true);
    }
  }
  return known;
}

/** Reads the options of one argument; true when the last of them took the next argument as its value. */
function readCluster(
  arg: string,
  next: string | undefined,
  known: ReadonlyMap<string, boolean>,
  options: Option[],
): boolean {
  for (let i = 1; i < arg.length; i++) {
    const name = arg.charAt(i);
    const hasValue = known.get(name);
    if (hasValue !== true) {
      options.push(
        hasValue === undefined ? { letter: '?', value: null, name: '' } : { letter: name, value: null, name },
      );
      continue;
    }
    const attached = arg.slice(i + 1);
    if (attached !== '') {
      options.push({ letter: name, value: attached, name });
      return false;
    }
    options.push(
      next === undefined ? { letter: '', value: null, name } : { letter: name, value: next, name },
    );
    return next !== undefined;
  }
  return false;
}
