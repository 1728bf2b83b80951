import type { FieldClass } from '../field.ts';
import { fieldClasses as builtInFields } from '../fields/registry.gen.ts';
import type { RuleInfo } from './model.ts';

/** Something added to the output of rules: text, or fields of the JSON form. */
export interface ExtraOutput {
  /** Only rules of this source; all when absent. */
  readonly source?: string;
  /** Only rules with all of these tags. */
  readonly tags?: readonly string[];
  /** Only the rule with this name. */
  readonly rule?: string;
  /** Text put behind the rule's output, with a blank before it. */
  readonly format?: string;
  /** Fields of `output_fields`: a text to print under a key, or a field by its name. */
  readonly fields?: readonly ExtraField[];
}

export interface ExtraField {
  readonly key: string;
  /** Output text for the value, such as `%proc.name`. */
  readonly format: string;
  /** The value keeps its type instead of being printed. */
  readonly raw: boolean;
}

/** A field under its own name, with the type that it has. */
export function rawField(name: string): ExtraField {
  return { key: name, format: `%${name}`, raw: true };
}

/**
 * Text with every field that belongs in the output of all rules of a source, such as `container_id=%container.id`.
 * `target` says which rules get it.
 */
export function suggestedOutput(
  source: string,
  target: Pick<ExtraOutput, 'tags' | 'rule'> = {},
  fieldClasses: readonly FieldClass[] = builtInFields,
): ExtraOutput[] {
  return fieldClasses
    .filter(({ sources }) => sources === 'all' || sources.includes(source))
    .flatMap(({ fields }) => fields.filter(({ suggested }) => suggested === true))
    .map(({ name }) => ({ ...target, source, format: `${name.replaceAll('.', '_')}=%${name}` }));
}

/** What a rule prints with everything that the configuration adds. */
export interface RuleOutput {
  readonly text: string;
  readonly fields: readonly ExtraField[];
}

export function outputOf(rule: RuleInfo, extras: readonly ExtraOutput[]): RuleOutput {
  let text = rule.output;
  const fields = new Map<string, ExtraField>();
  for (const extra of extras) {
    if (!appliesTo(extra, rule)) {
      continue;
    }
    if (extra.format !== undefined) {
      text += ` ${extra.format}`;
    }
    for (const field of extra.fields ?? []) {
      fields.set(field.key, field);
    }
  }
  return { text, fields: [...fields.values()].sort((a, b) => (a.key < b.key ? -1 : 1)) };
}

function appliesTo({ source, tags, rule: name }: ExtraOutput, rule: RuleInfo): boolean {
  return (
    (source === undefined || source === '' || source === rule.source) &&
    (name === undefined || name === '' || name === rule.name) &&
    (tags ?? []).every((tag) => rule.tags.has(tag))
  );
}
