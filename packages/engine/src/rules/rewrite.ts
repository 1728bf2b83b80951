import { SourceText } from './source-text.ts';
import { parseCondition } from '../lang/parser.ts';
import { asBoolean } from './decode.ts';
import type { ParsedCondition } from './language.ts';
import { removeDirectionChecks } from './rewrite-condition.ts';
import { parseYaml, valueOf, type YamlMap, type YamlNode, type YamlPair } from './yaml/parse.ts';

/** A change that was made, or one that has to be made by hand. */
export interface RewriteNote {
  /** Line in the text as it was, from 1. */
  readonly line: number;
  readonly message: string;
}

export interface Rewrite {
  readonly text: string;
  readonly changes: readonly RewriteNote[];
  /** Deprecated things that are left, since no replacement is certain to mean the same. */
  readonly remaining: readonly RewriteNote[];
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

interface Draft {
  readonly source: SourceText;
  readonly parse: (text: string) => ParsedCondition;
  readonly edits: Edit[];
  readonly changes: RewriteNote[];
  readonly remaining: RewriteNote[];
}

/**
 * Writes a rule file without deprecated forms: `append: true` and lone `enabled` become `override`, checks of
 * `evt.dir` and `%container.info` go. Comments and layout stay. A text that is no YAML comes back unchanged.
 */
export function rewriteDeprecated(
  text: string,
  parse: (text: string) => ParsedCondition = parseRuleCondition,
): Rewrite {
  const source = new SourceText('', text);
  const parsed = parseYaml(source.text);
  const draft: Draft = { source, parse, edits: [], changes: [], remaining: [] };
  const lists = (parsed.ok ? parsed.documents : []).filter((document) => document.kind === 'sequence');
  for (const item of lists.flatMap((document) => document.items)) {
    if (item.kind === 'map') {
      rewriteItem(item, draft);
    }
  }
  const removed = text.length - source.text.length;
  return {
    text: text.slice(0, removed) + applyEdits(source.text, draft.edits),
    changes: draft.changes,
    remaining: draft.remaining,
  };
}

function parseRuleCondition(text: string): ParsedCondition {
  return parseCondition(text, { maxDepth: 1000 });
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { from, to, text: replacement } of edits.toSorted((a, b) => a.from - b.from)) {
    // An item that an alias names twice is changed once.
    if (from < at) {
      continue;
    }
    pieces.push(text.slice(at, from), replacement);
    at = to;
  }
  return pieces.join('') + text.slice(at);
}

function rewriteItem(item: YamlMap, draft: Draft): void {
  const kind = ['list', 'macro', 'rule'].find((key) => valueOf(item, key) !== undefined);
  if (kind === undefined) {
    return;
  }
  if (isTrue(valueOf(item, 'append'))) {
    const keys = { list: ['items'], macro: ['condition'], rule: ['condition', 'exceptions'] }[kind] ?? [];
    override(item, 'append', keys, 'append', draft);
  } else if (kind === 'rule' && valueOf(item, 'override') === undefined && isToggle(item)) {
    override(item, 'enabled', ['enabled'], 'replace', draft);
  }
  rewriteText(item, draft);
}

function isTrue(node: YamlNode | undefined): boolean {
  return node?.kind === 'scalar' && asBoolean(node.value) === true;
}

/** Only switches a rule on or off. */
function isToggle(item: YamlMap): boolean {
  return (
    valueOf(item, 'enabled') !== undefined &&
    ['condition', 'output', 'desc', 'priority'].every((key) => valueOf(item, key) === undefined)
  );
}

/** Keys that must be named under `override` once there is one; beside `append` they had no effect. */
const overridable = new Set([
  'condition',
  'output',
  'desc',
  'priority',
  'capture',
  'capture_duration',
  'tags',
  'exceptions',
  'enabled',
  'warn_evttypes',
  'skip-if-unknown-filter',
]);

function override(
  item: YamlMap,
  key: 'append' | 'enabled',
  wanted: readonly string[],
  operation: 'append' | 'replace',
  draft: Draft,
): void {
  const line = draft.source.position(item.at).line + 1;
  const pair = pairOf(item, key);
  const keys = wanted.filter((name) => valueOf(item, name) !== undefined);
  const idle = item.pairs.filter((other) => {
    const name = other.key.kind === 'scalar' ? other.key.value : '';
    return overridable.has(name) && !keys.includes(name);
  });
  const removals = idle.map((other) => removal(item, other, draft.source));
  if (
    pair === undefined ||
    keys.length === 0 ||
    valueOf(item, 'override') !== undefined ||
    removals.includes(null)
  ) {
    draft.remaining.push({ line, message: `Write '${key}' as an 'override' by hand.` });
    return;
  }
  draft.edits.push(...removals.filter((edit) => edit !== null));
  const text = overrideText(item, pair, keys, operation, draft.source);
  if (key === 'append') {
    draft.edits.push({ from: pair.key.at, to: pair.value.end, text });
  } else {
    const gap = item.flow ? ', ' : `${newlineOf(draft.source.text)}${indentOf(pair, draft.source)}`;
    draft.edits.push({ from: pair.value.end, to: pair.value.end, text: gap + text });
  }
  draft.changes.push({ line, message: `'${key}' is now an 'override' of ${keys.join(' and ')}.` });
}

function pairOf(item: YamlMap, name: string): YamlPair | undefined {
  return item.pairs.find(({ key }) => key.kind === 'scalar' && key.value === name);
}

function overrideText(
  item: YamlMap,
  pair: YamlPair,
  keys: readonly string[],
  operation: string,
  source: SourceText,
): string {
  if (item.flow) {
    return `override: {${keys.map((name) => `${name}: ${operation}`).join(', ')}}`;
  }
  const newline = newlineOf(source.text);
  const indent = indentOf(pair, source);
  return `override:${keys.map((name) => `${newline}${indent}  ${name}: ${operation}`).join('')}`;
}

function indentOf(pair: YamlPair, source: SourceText): string {
  return ' '.repeat(source.position(pair.key.at).column);
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Takes a pair out; null where that would need more than cutting out whole lines. */
function removal(item: YamlMap, pair: YamlPair, { text }: SourceText): Edit | null {
  if (item.flow || item.pairs[0] === pair || pair.value.end < 0) {
    return null;
  }
  const from = text.lastIndexOf('\n', pair.key.at - 1) + 1;
  const { end } = pair.value;
  const endsLine = text.charAt(end - 1) === '\n';
  const next = endsLine ? end - 1 : text.indexOf('\n', end);
  const to = next < 0 ? text.length : next + 1;
  const aside = text.slice(from, pair.key.at) + (endsLine ? '' : text.slice(end, to));
  return aside.trim() === '' ? { from, to, text: '' } : null;
}

function rewriteText(item: YamlMap, draft: Draft): void {
  const { source } = draft;
  const condition = valueOf(item, 'condition');
  if (condition?.kind === 'scalar' && condition.value.includes('evt.dir')) {
    const line = source.position(condition.at).line + 1;
    const raw = source.text.slice(condition.at, condition.end);
    const written = removeDirectionChecks(raw, condition, draft.parse);
    if (written === null) {
      draft.remaining.push({ line, message: "Take the checks of 'evt.dir' out by hand." });
    } else {
      draft.edits.push({ from: condition.at, to: condition.end, text: written });
      draft.changes.push({ line, message: "Checks of 'evt.dir', which always hold, are gone." });
    }
  }
  const output = valueOf(item, 'output');
  if (output?.kind === 'scalar' && output.value.includes('%container.info')) {
    const raw = source.text.slice(output.at, output.end);
    draft.edits.push({ from: output.at, to: output.end, text: raw.replaceAll(/ ?%container\.info/g, '') });
    draft.changes.push({
      line: source.position(output.at).line + 1,
      message: "'%container.info', which prints nothing, is gone.",
    });
  }
}
