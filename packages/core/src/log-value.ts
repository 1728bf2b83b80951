/** Line breaks, and what a terminal would obey or what would turn the order of text around. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A value of a log line as one word: quoted where it has blanks, escaped where it could pass for something else. */
export function logValue(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? 'undefined' : JSON.stringify(value);
  const isWord = !/[\s\p{C}\p{Z}]/u.test(text) && !(typeof value === 'string' && text.includes('"'));
  const quoted = isWord ? text : JSON.stringify(text);
  return quoted.replace(unprintable, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
