import { nearest } from '@lanner/core';
import type { RuleLanguage } from './language.ts';

/** Kinds of names that a compile error complains about, as its message tells. */
const complaints: readonly { readonly pattern: RegExp; readonly names: 'fields' | 'events' }[] = [
  { pattern: /nonexistent field '?([\w.]+)/, names: 'fields' },
  { pattern: /unknown event type '?(\w+)/, names: 'events' },
  { pattern: /invalid formatting token '?%?([\w.]+)/, names: 'fields' },
  { pattern: /unknown filter: '?([\w.]+)/, names: 'fields' },
  { pattern: /^filter syntax error: ([\w.]+)/, names: 'fields' },
];

/** Names the known field or event type that is most like the unknown one; null when the error is another one. */
export function hintForCompileError(
  message: string,
  source: string,
  language: RuleLanguage,
  lists: Iterable<string> = [],
): string | null {
  for (const { pattern, names } of complaints) {
    const word = pattern.exec(message)?.[1];
    if (word === undefined) {
      continue;
    }
    const known = names === 'fields' ? language.fieldNames(source) : [...language.eventNames(), ...lists];
    const near = nearest(word, known);
    if (near !== null && near !== word) {
      return `Did you mean '${near}'?`;
    }
    return near === word && names === 'fields' ? `'${word}' needs an argument, such as ${word}[1].` : null;
  }
  return null;
}
