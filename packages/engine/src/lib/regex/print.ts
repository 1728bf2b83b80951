import type { CodePoints, RegexNode } from './node.ts';

export type Dialect = 're2' | 'v8';

/** The expression in the syntax of RE2 (Perl mode with multi-line anchors) or of V8 (`u` flag). */
export function printRegex(node: RegexNode, dialect: Dialect): string {
  switch (node.kind) {
    case 'set':
      return printSet(node.points, dialect);
    case 'lineStart':
      return '^';
    case 'lineEnd':
      return '$';
    case 'sequence':
      return node.children.map((child) => group(child, dialect)).join('');
    case 'choice':
      return node.children.map((child) => printRegex(child, dialect)).join('|');
    case 'repeat':
      return `(?:${printRegex(node.child, dialect)})${count(node.min, node.max)}`;
  }
}

function group(node: RegexNode, dialect: Dialect): string {
  const text = printRegex(node, dialect);
  return node.kind === 'choice' ? `(?:${text})` : text;
}

function count(min: number, max: number): string {
  if (max === Infinity) {
    return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  }
  return `{${min},${max}}`;
}

function printSet(points: CodePoints, dialect: Dialect): string {
  if (points.length === 0) {
    // Matches nothing.
    return dialect === 'v8' ? '[]' : '[^\\x{0}-\\x{10ffff}]';
  }
  const escape = dialect === 'v8' ? '\\u' : '\\x';
  const ranges = points.map(([low, high]) => {
    const first = `${escape}{${low.toString(16)}}`;
    return low === high ? first : `${first}-${escape}{${high.toString(16)}}`;
  });
  return `[${ranges.join('')}]`;
}
