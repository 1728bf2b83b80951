import type { Field, FieldClass } from '@lanner/engine';
import type { ListFormat } from './formats.ts';
import { entry } from './table.ts';

export { type ListFormat, listFormats } from './formats.ts';

export interface FieldListOptions {
  /** Only fields of this event source; '' for all. */
  readonly source: string;
  /** Only fields with all of these words in their name or description. */
  readonly words?: readonly string[];
  readonly format: ListFormat;
  readonly namesOnly: boolean;
  /** Types and flags in the text form too. */
  readonly verbose: boolean;
}

/** Fields of one listed class: files of a class that is split go together. */
interface ListedClass {
  readonly name: string;
  readonly doc: string;
  readonly sources: readonly string[];
  readonly fields: readonly Field[];
}

const everySource = ['syscall', 'k8s_audit'];

/** The list of fields, as text, markdown or JSON. */
export function listFields(classes: readonly FieldClass[], options: FieldListOptions): string {
  const listed = group(classes, options);
  if (options.namesOnly) {
    return listed.flatMap(({ fields }) => fields.map(({ name }) => `${name}\n`)).join('');
  }
  switch (options.format) {
    case 'json':
      return `${JSON.stringify({ fieldclasses: listed.map(jsonClass) }, null, 2)}\n`;
    case 'markdown':
      return listed.map(markdownClass).join('');
    case 'text':
      return listed.map((each) => textClass(each, options.verbose)).join('');
  }
}

function group(classes: readonly FieldClass[], { source, words = [] }: FieldListOptions): ListedClass[] {
  const wanted = classes.filter(
    ({ sources }) => source === '' || sources === 'all' || sources.includes(source),
  );
  return [...Map.groupBy(wanted, ({ id, className }) => className ?? id)]
    .map(([name, parts]) => ({ name, ...describeClass(name, parts), fields: shownFields(parts, words) }))
    .filter(({ fields }) => fields.length > 0);
}

/** What is said of a class that is split over files: the words of the main one, which has its name or the shortest id. */
export function describeClass(
  name: string,
  parts: readonly FieldClass[],
): Pick<ListedClass, 'doc' | 'sources'> {
  const main = parts.find(({ id }) => id === name) ?? parts.toSorted((a, b) => a.id.length - b.id.length)[0];
  const { doc = '', sources = 'all' } = main ?? {};
  return { doc, sources: sources === 'all' ? everySource : sources };
}

function shownFields(parts: readonly FieldClass[], words: readonly string[]): Field[] {
  return parts
    .flatMap(({ fields }) => fields)
    .filter((field) => field.hidden !== true && hasWords(field, words));
}

function hasWords({ name, doc }: Field, words: readonly string[]): boolean {
  const text = `${name} ${doc}`.toLowerCase();
  return words.every((word) => text.includes(word.toLowerCase()));
}

function textClass({ name, doc, sources, fields }: ListedClass, verbose: boolean): string {
  const head = [
    '-------------------------------\n',
    entry('Field Class:', name, 30, 90),
    entry('Description:', doc, 30, 90),
    entry('Event Sources:', sources.join(' '), 30, 90),
    '\n',
  ];
  return [
    ...head,
    ...fields.map((field) =>
      entry(withArgument(field), verbose ? `${describe(field)} ${marks(field)}` : describe(field), 30, 90),
    ),
    '\n',
  ].join('');
}

function withArgument(field: Field): string {
  return field.argument === undefined ? field.name : `${field.name}[…]`;
}

function describe({ doc, liveOnly, deprecated }: Field): string {
  return `${doc}${liveOnly === true ? ' Live capture only.' : ''}${deprecated === undefined ? '' : ` Deprecated: ${deprecated}`}`;
}

function marks({ type, list, argument, filterable, printable }: Field): string {
  const notes = [
    list === true ? `list of ${type}` : type,
    argument === undefined ? '' : `argument ${argument}`,
    filterable === false ? 'output only' : '',
    printable === false ? 'conditions only' : '',
  ];
  return `(${notes.filter((note) => note !== '').join(', ')})`;
}

function markdownClass({ name, doc, sources, fields }: ListedClass): string {
  const rows = fields.map(
    (field) => `\`${field.name}\` | ${field.type} | ${describe(field).replaceAll('|', '\\|')}\n`,
  );
  return `## Field Class: ${name}\n\n${doc}\n\nEvent Sources: ${sources.join(' ')}\n\nName | Type | Description\n:----|:-----|:-----------\n${rows.join('')}\n`;
}

function jsonClass({ name, doc, sources, fields }: ListedClass): unknown {
  return {
    name,
    desc: doc,
    event_sources: sources,
    fields: fields.map((field) => ({
      name: field.name,
      type: field.type,
      desc: describe(field),
      is_list: field.list === true,
      argument:
        field.argument === undefined
          ? null
          : {
              required: field.argument === 'required',
              index: field.argumentKinds?.includes('index') === true,
              key: field.argumentKinds?.some((kind) => kind !== 'index') === true,
            },
    })),
  };
}
