const maxLineLength = 64 * 2 ** 10;

/** What a program said at its end. */
export interface LastWords {
  /** Its error, or else the last line that nobody has taken; '' for one that said nothing. */
  readonly text: string;
  /** What to do about it. */
  readonly hint?: string;
}

/**
 * Reads standard error of a command of this program to its end. `takeLine` gets lines as they come; one that it takes
 * is no last word. Lines are cut at a limit.
 */
export async function lastWords(
  chunks: AsyncIterable<string>,
  takeLine: (line: string) => boolean = () => false,
): Promise<LastWords> {
  let last = '';
  let error: string | undefined;
  let hint: string | undefined;
  let open = '';
  const end = (line: string): void => {
    if (line.trim() === '' || takeLine(line)) {
      return;
    }
    last = line.trim();
    const [, kind, text] = /^(error|bug|hint): (.*)$/.exec(last) ?? [];
    if (kind === 'hint') {
      hint = text;
    } else if (kind !== undefined) {
      error = text;
    }
  };
  for await (const chunk of chunks) {
    const lines = (open + chunk).split('\n');
    open = (lines.pop() ?? '').slice(0, maxLineLength);
    lines.forEach(end);
  }
  end(open);
  return error === undefined ? { text: last } : { text: error, ...(hint === undefined ? {} : { hint }) };
}
