/** Words that belong together in a shingle. */
const width = 5;
/** Longer texts are more than licences. */
const maxText = 512 * 1024;

/** Where words of the author stand in the text of a licence; no shingle goes across it. */
export const gap = '\0';

/**
 * The words of a text that count: in lower case, without notices of copyright, marks of comments and of lists, and
 * punctuation.
 */
export function wordsOf(text: string): readonly string[] {
  return (
    text
      .slice(0, maxText)
      .toLowerCase()
      // The name of the author is no part of the licence.
      .replaceAll(/^[^\p{L}\n]{0,20}copyright (?:\(c\)|©|\d{4}|<|\[)[^\n]*$/gmu, gap)
      // Clauses are numbered in one copy and have bullets in another.
      .replaceAll(/^[^\p{L}\p{N}\n]{0,20}(?:\(?(?:\d{1,2}|[a-h]|i{1,3}|i?v)[.)]{1,2}[ \t])/gmu, ' ')
      .replaceAll('licence', 'license')
      .match(/[a-z0-9]+|\0/g) ?? []
  );
}

/** A number of 32 bits for each run of five words. */
export function shinglesOf(words: readonly string[]): Set<number> {
  const hashes = words.map(wordHash);
  const shingles = new Set<number>();
  let length = 0;
  for (let i = 0; i < words.length; i++) {
    length = words[i] === gap ? 0 : length + 1;
    if (length >= width) {
      shingles.add(combined(hashes, i - width + 1));
    }
  }
  return shingles;
}

/** FNV-1a */
function wordHash(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) {
    hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  }
  return hash;
}

function combined(hashes: readonly number[], start: number): number {
  let hash = 0;
  for (let i = start; i < start + width; i++) {
    hash = Math.imul(hash, 0x85ebca6b) ^ (hashes[i] ?? 0);
    hash ^= hash >>> 15;
  }
  // Spreads the bits, as the smallest numbers are kept of a licence.
  hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35);
  return (hash ^ (hash >>> 13)) >>> 0;
}
