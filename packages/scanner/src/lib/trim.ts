/**
 * A text without these characters at both ends. In one pass, unlike a regular expression that looks for the end of a
 * run from each of its characters.
 */
export function trimOf(text: string, characters: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && characters.includes(text.charAt(start))) {
    start++;
  }
  while (end > start && characters.includes(text.charAt(end - 1))) {
    end--;
  }
  return text.slice(start, end);
}
