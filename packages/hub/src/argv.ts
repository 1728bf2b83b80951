import { AppError } from '@lanner/core';

/**
 * Splits a command line into the programs of a pipeline and their arguments, with a shell's quoting but without a
 * shell: nothing is expanded. Throws AppError 'config.invalid' for what only a shell could do.
 */
export function splitCommandLine(text: string): string[][] {
  const pipeline: string[][] = [[]];
  const token = /\s+|\||((?:'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S]|[^\s'"\\|&;<>()$`])+)/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null || (match[0] === '|' && text[at + 1] === '|')) {
      throw new AppError('config.invalid', `the program '${text}' needs a shell at position ${at + 1}`, {
        hint: 'Programs are started without a shell; quotes and | work. Put anything else into a script and name the script.',
      });
    }
    if (match[1] !== undefined) {
      pipeline.at(-1)?.push(unquote(match[1]));
    } else if (match[0] === '|') {
      pipeline.push([]);
    }
  }
  if (pipeline.some((argv) => argv.length === 0)) {
    throw new AppError('config.invalid', `the program '${text}' names no program`, {
      hint: 'Write it like: jq .output, or: jq .output | mail -s alert root',
    });
  }
  return pipeline;
}

function unquote(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g,
    (_, single: string | undefined, double: string | undefined, escaped: string | undefined) =>
      single ?? double?.replace(/\\([\\"$`])/g, '$1') ?? escaped ?? '',
  );
}
