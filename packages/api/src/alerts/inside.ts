/**
 * An alert on its way from a sensor to a store: Falco's line of JSON, and behind a line break what it has inside as a
 * line of its own. A line alone is an alert of somebody who knows no more, such as a real Falco.
 */
export function joinInside(line: string, inside: string | undefined): string {
  return inside === undefined ? line : `${line}\n${inside}`;
}

/** The two parts again; JSON in one line has no line breaks. */
export function splitInside(text: string): { readonly line: string; readonly inside: string | null } {
  const end = text.indexOf('\n');
  return end < 0 ? { line: text, inside: null } : { line: text.slice(0, end), inside: text.slice(end + 1) };
}
