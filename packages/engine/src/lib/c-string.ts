/** A text as C sees it: up to its first NUL. Field values pass through C strings in Falco. */
export function cString(text: string): string {
  const nul = text.indexOf('\0');
  return nul < 0 ? text : text.slice(0, nul);
}
