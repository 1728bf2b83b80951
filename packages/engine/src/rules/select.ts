import type { Priority } from './priority.ts';
import type { LoadedRule } from './ruleset.ts';

/** An entry of the configuration's `rules`: switches rules on or off by name, with `*` wildcards, or by tag. */
export interface RuleSelection {
  readonly action: 'enable' | 'disable';
  readonly rule?: string;
  readonly tag?: string;
}

/**
 * The rules to run: those enabled by default, changed by the selections one after the other, that are at least as
 * grave as `minPriority`. A rule that is switched on after it was off goes behind the others.
 */
export function selectRules(
  rules: readonly LoadedRule[],
  selections: readonly RuleSelection[],
  minPriority: Priority,
): LoadedRule[] {
  const candidates = rules.filter(({ priority }) => priority <= minPriority);
  const enabled = new Set(candidates.filter(({ enabledByDefault }) => enabledByDefault));
  for (const { action, rule: pattern, tag } of selections) {
    for (const rule of candidates) {
      const chosen =
        (pattern !== undefined && pattern !== '' && matchesWildcard(pattern, rule.name)) ||
        (tag !== undefined && tag !== '' && rule.tags.includes(tag));
      if (!chosen) {
        continue;
      }
      if (action === 'enable') {
        enabled.add(rule);
      } else {
        enabled.delete(rule);
      }
    }
  }
  return [...enabled];
}

/**
 * True when `text` matches a pattern in which `*` stands for anything. As in Falco each piece between stars is taken
 * at its first occurrence, and the last one has to end the text there.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const pieces = pattern.split(/\*+/);
  if (pieces.length === 1) {
    return pattern === text;
  }
  const [first = '', ...rest] = pieces;
  if (!text.startsWith(first)) {
    return false;
  }
  let at = first.length;
  for (const [k, piece] of rest.entries()) {
    // A star at the end takes all that is left.
    if (piece === '' && k === rest.length - 1) {
      return true;
    }
    const found = text.indexOf(piece, at);
    if (found < 0) {
      return false;
    }
    at = found + piece.length;
  }
  return at === text.length;
}
