import { LineCounter, isMap, isSeq, parseDocument, Scalar, stringify } from 'yaml';

/** Where a text of rules defines or changes a rule. */
export interface RuleDefinition {
  readonly name: string;
  /** From 1. */
  readonly line: number;
}

/** Rules that a rule file is about, in its order; what is no YAML gives those before the mistake. */
export function definitionsIn(text: string): RuleDefinition[] {
  const lines = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter: lines, logLevel: 'silent', uniqueKeys: false });
  if (!isSeq(contents)) {
    return [];
  }
  return contents.items.flatMap((item) => {
    const name = isMap(item) ? item.get('rule') : undefined;
    return isMap(item) && typeof name === 'string' ? [{ name, line: lines.linePos(item.range[0]).line }] : [];
  });
}

/** The item of a rule file that stands at a line, as it is written; what follows up to the next one belongs to that. */
export function itemAt(text: string, line: number): string {
  const lines = text.split('\n');
  let end = line;
  while (end < lines.length && !/^[^\s#]/.test(lines[end] ?? '')) {
    end++;
  }
  while (end > line && /^\s*(#.*)?$/.test(lines[end - 1] ?? '')) {
    end--;
  }
  return `${lines.slice(Math.max(0, line - 1), end).join('\n')}\n`;
}

export interface RuleParts {
  readonly rule: string;
  readonly desc: string;
  readonly condition: string;
  readonly output: string;
  readonly priority: string;
  readonly tags: readonly string[];
}

/**
 * A change of a rule that sets what it has already: a text to begin with. Exceptions, and whether it is on, stay with
 * the rule.
 */
export function overrideOf({ rule, desc, condition, output, priority, tags }: RuleParts): string {
  const parts = {
    // An empty one is not accepted.
    ...(desc === '' ? {} : { desc: folded(desc) }),
    condition: folded(condition),
    output: folded(output),
    priority,
    tags,
  };
  const override = Object.fromEntries(Object.keys(parts).map((key) => [key, 'replace']));
  return stringify([{ rule, ...parts, override }], { lineWidth: 100, flowCollectionPadding: false });
}

/** Long texts over several lines, as rule files have them. */
function folded(text: string): Scalar | string {
  if (text.length < 60 || /[\n\r\t]/.test(text) || text.trim() !== text) {
    return text;
  }
  const scalar = new Scalar(text);
  scalar.type = 'BLOCK_FOLDED';
  return scalar;
}

/** Switches a rule on or off, in Falco’s syntax. */
export function switchText(rule: string, enabled: boolean): string {
  return stringify([{ rule, enabled, override: { enabled: 'replace' } }], { lineWidth: 0 });
}

/** The switches of a file that `switchText` wrote. */
export function switchesIn(text: string): Map<string, boolean> {
  const { contents } = parseDocument(text, { logLevel: 'silent', uniqueKeys: false });
  const switches = new Map<string, boolean>();
  for (const item of isSeq(contents) ? contents.items : []) {
    const rule = isMap(item) ? item.get('rule') : undefined;
    const enabled = isMap(item) ? item.get('enabled') : undefined;
    if (typeof rule === 'string' && typeof enabled === 'boolean') {
      switches.set(rule, enabled);
    }
  }
  return switches;
}
