/**
 * The SPDX id of a licence whose name says in words what its id says in letters: the clauses of BSD, the parts of
 * Creative Commons, the exception for classpaths. Expects lower case and single spaces; null for other names.
 */
export function wordedLicense(name: string): string | null {
  const words = name
    .replaceAll(/[()",]/g, ' ')
    .replaceAll(/\blicen[cs]e\b|\bthe\b/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return clausesOfBsd(words) ?? creativeCommons(words) ?? withClasspathException(words);
}

const numbers = ['one', 'two', 'three', 'four'];

/** `bsd three clause`, `2-clause bsdl`, `bsd 3-clause new or revised`. */
function clausesOfBsd(words: string): string | null {
  const [whole = '', number = ''] =
    /(?:^|[ -])([1-4]|one|two|three|four)[ -]clauses?(?= |-|$)/.exec(words) ?? [];
  const rest = words
    .replace(whole, ' ')
    .replaceAll(/\b(?:new|or|revised|modified|simplified|style)\b|[- ]/g, '');
  if (whole === '' || !/^(?:bsdl?|berkeleysoftwaredistribution)+$/.test(rest)) {
    return null;
  }
  return `BSD-${numbers.includes(number) ? numbers.indexOf(number) + 1 : number}-Clause`;
}

/** By word; in the order of ids. */
const parts: readonly (readonly [RegExp, string])[] = [
  [/\b(?:attribution|by)\b/g, 'BY'],
  [/\b(?:non-?commercial|nc)\b/g, 'NC'],
  [/\b(?:no-?deriv(?:ative)?s|nd)\b/g, 'ND'],
  [/\b(?:share-?alike|sa)\b/g, 'SA'],
];

/** `creative commons attribution-noncommercial 4.0 international`; without a version, that of most works: 3.0. */
function creativeCommons(words: string): string | null {
  if (!/^(?:creative commons|cc)(?:$|[ -])/.test(words)) {
    return null;
  }
  const version = /\d\.\d/.exec(words)?.[0] ?? '3.0';
  let rest = words.replaceAll(
    /\b(?:creative|commons|cc|international|unported|generic|public)\b|\d\.\d/g,
    ' ',
  );
  const found: string[] = [];
  for (const [pattern, part] of parts) {
    const without = rest.replaceAll(pattern, ' ');
    if (without !== rest) {
      found.push(part);
    }
    rest = without;
  }
  const hasOthers = rest.replaceAll(/[- ]/g, '') !== '';
  return found[0] !== 'BY' || hasOthers ? null : `CC-${found.join('-')}-${version}`;
}

/** `gnu general public license, version 2 with the gnu classpath exception`. */
function withClasspathException(words: string): string | null {
  const isGpl2 =
    /^(?:gnu )?(?:gpl|general public)(?: gpl)?(?: gpl2)?[ v-]*(?:version )?2?(?:\.0)?(?: only)?(?: gpl2)? /.exec(
      words,
    );
  const isExcepted = / (?:with|w\/|includes)(?: gnu)? (?:classpath exception|cpe)$/.test(words);
  return isGpl2 !== null && isExcepted && /2/.test(isGpl2[0]) ? 'GPL-2.0-with-classpath-exception' : null;
}
