/** The order of texts by their code units; an absent one is like an empty one. */
export function compareTexts(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
