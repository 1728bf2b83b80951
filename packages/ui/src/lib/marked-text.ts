/** Pieces of a text, in order: those that are one of `parts` are marked, the longest first where several begin alike. */
export function markedPieces(
  text: string,
  parts: readonly string[],
): { readonly text: string; readonly isMarked: boolean }[] {
  const sought = [...new Set(parts)].filter((part) => part !== '').sort((a, b) => b.length - a.length);
  const pieces: { text: string; isMarked: boolean }[] = [];
  let plain = '';
  for (let at = 0; at < text.length;) {
    const found = sought.find((part) => text.startsWith(part, at) && isWhole(text, at, part.length));
    if (found === undefined) {
      plain += text.charAt(at);
      at++;
      continue;
    }
    if (plain !== '') {
      pieces.push({ text: plain, isMarked: false });
      plain = '';
    }
    pieces.push({ text: found, isMarked: true });
    at += found.length;
  }
  return plain === '' ? pieces : [...pieces, { text: plain, isMarked: false }];
}

/** `fd.num = 1` is no part of `fd.num = 10`, nor of `xfd.num = 1`. */
function isWhole(text: string, at: number, length: number): boolean {
  const inWord = (index: number): boolean => /[\w.\-/]/.test(text.charAt(index));
  return !(inWord(at) && inWord(at - 1)) && !(inWord(at + length - 1) && inWord(at + length));
}
