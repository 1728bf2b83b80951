import type { ExactPlace } from './diagnostic.ts';
import type { ConditionPart, ConditionText } from './model.ts';

/** Where in its file a place of a condition stands; null beyond what was written there. */
export function placeInFile({ parts, text }: ConditionText, offset: number): ExactPlace | null {
  if (offset > text.length) {
    return null;
  }
  const part = parts.findLast(({ start }) => start <= offset);
  return part === undefined
    ? null
    : { source: part.source, offset: offsetInScalar(part, offset - part.start) };
}

/** Walks value and source side by side: line breaks, indentation, quotes and backslashes stand only in the latter. */
function offsetInScalar({ source, node }: ConditionPart, inner: number): number {
  const { value } = node;
  let wanted = Math.min(inner, Math.max(0, value.length - 1));
  while (wanted < value.length - 1 && isSpace(value.charCodeAt(wanted))) {
    wanted++;
  }
  let at = node.at;
  if (node.style === 'block') {
    // The header with its indicators is no part of the value.
    const header = source.text.indexOf('\n', at);
    at = header < 0 ? at : header + 1;
  }
  for (let k = 0; k <= wanted; k++) {
    const char = value.charCodeAt(k);
    if (isSpace(char)) {
      continue;
    }
    while (at < node.end && source.text.charCodeAt(at) !== char) {
      at++;
    }
    at += k < wanted ? 1 : 0;
  }
  return Math.min(at, source.text.length);
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
