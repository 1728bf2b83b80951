/** The beginning of a text, with an ellipsis where it was cut, in at most `length` UTF-16 units; no character is halved. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) {
    return text;
  }
  const end = Math.max(0, length - 1);
  const halves = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
  return `${text.slice(0, halves ? end - 1 : end)}…`;
}
