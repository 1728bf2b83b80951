import { emptyNode, type RegexNode } from './node.ts';

/** Removes `^` at the start and `$` at the end, where they always hold when the whole text has to match. */
export function withoutOuterAnchors(node: RegexNode): RegexNode {
  return strip(strip(node, 'lineStart'), 'lineEnd');
}

function strip(node: RegexNode, anchor: 'lineStart' | 'lineEnd'): RegexNode {
  if (node.kind === anchor) {
    return emptyNode;
  }
  if (node.kind === 'choice') {
    return { kind: 'choice', children: node.children.map((child) => strip(child, anchor)) };
  }
  if (node.kind !== 'sequence') {
    return node;
  }
  const children = [...node.children];
  while (children.length > 0) {
    const at = anchor === 'lineStart' ? 0 : children.length - 1;
    const outer = strip(children[at] ?? emptyNode, anchor);
    if (outer !== emptyNode) {
      children[at] = outer;
      break;
    }
    children.splice(at, 1);
  }
  return children.length === 0 ? emptyNode : { kind: 'sequence', children };
}
