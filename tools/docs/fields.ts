import { type Field, type FieldClass, fieldClasses } from '@lanner/engine';
import { describeClass } from '../../apps/cli/src/listing/fields.ts';
import { code, type Page, page, prose, table } from './markdown.ts';

/** Every field, by class. */
export function fieldsPage(): Page {
  const classes = [...Map.groupBy(fieldClasses, ({ id, className }) => className ?? id)].toSorted(
    ([a], [b]) => (a < b ? -1 : 1),
  );
  const count = fieldClasses.flatMap(({ fields }) => fields).length;
  return page(
    'fields.md',
    'Fields',
    `What conditions and outputs of rules can name: ${count} fields. \`lanner fields WORD…\` searches them. ` +
      'A field without a value makes every comparison false; outputs print `<NA>`.',
    classes.map(([name, parts]) => section(name, parts)),
  );
}

function section(name: string, parts: readonly FieldClass[]): string {
  const { doc, sources } = describeClass(name, parts);
  const fields = parts.flatMap((part) => part.fields).filter(({ hidden }) => hidden !== true);
  return [
    `## ${name}`,
    `${prose(doc)} Events of ${sources.map(code).join(', ')}.`,
    table(
      ['Field', 'Type', 'Description'],
      fields.map((field) => [
        code(field.name + argument(field)),
        type(field),
        prose(field.doc) + notes(field),
      ]),
    ),
  ].join('\n\n');
}

function argument({ argument: needed, argumentKinds = [] }: Field): string {
  if (needed === undefined) {
    return '';
  }
  const what = argumentKinds.map((kind) => (kind === 'dotted-name' ? 'name' : kind)).join('|');
  return needed === 'required' ? `[${what}]` : `[${what}]?`;
}

function type({ type: name, list }: Field): string {
  return list === true ? `list of ${name}` : name;
}

function notes({ filterable, printable, liveOnly, deprecated }: Field): string {
  const all = [
    filterable === false ? 'Outputs only.' : '',
    printable === false ? 'Conditions only.' : '',
    liveOnly === true ? 'Live capture only.' : '',
    deprecated === undefined ? '' : `Deprecated: ${prose(deprecated)}`,
  ];
  return all
    .filter((text) => text !== '')
    .map((text) => ` *${text}*`)
    .join('');
}
