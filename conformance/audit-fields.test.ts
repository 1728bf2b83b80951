import { existsSync, readFileSync } from 'node:fs';
import { type Field, fieldClasses } from '@lanner/engine';
import { describe, expect, test } from 'vitest';

interface ReferenceField {
  readonly name: string;
  readonly type: string;
  readonly print_format: string;
  readonly class: string;
  readonly sources: readonly string[] | 'all';
  readonly argument: string;
  readonly argument_kinds: readonly string[];
  readonly is_list: boolean;
  readonly filterable: boolean;
  readonly printable: boolean;
  readonly transformable: boolean;
  readonly rhs_allowed: boolean;
  readonly deprecated: boolean;
  readonly hidden: boolean;
}

const file = new URL('../../shared/reference/falco/fields.json', import.meta.url);
const classNames = ['k8saudit', 'json'];

describe.skipIf(!existsSync(file))('fields of audit records and JSON (needs ../shared)', () => {
  const all = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { fields: ReferenceField[] }).fields
    : [];
  const reference = all.filter((field) => classNames.includes(field.class));
  const own = fieldClasses
    .filter(({ id, className }) => classNames.includes(className ?? id))
    .flatMap(({ fields, sources, className, id }) =>
      fields.map((field) => facts(field, className ?? id, sources)),
    );

  test('are those of the reference, with the same properties', () => {
    expect(own.toSorted(byName)).toEqual(reference.map(wantedFacts).toSorted(byName));
    expect(own).toHaveLength(106);
  });
});

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function facts(field: Field, className: string, sources: readonly string[] | 'all'): { name: string } {
  return Object.assign(
    { name: field.name },
    {
      class: className,
      sources,
      type: field.type,
      format: field.format ?? 'NA',
      argument: field.argument ?? 'none',
      argumentKinds: field.argumentKinds ?? [],
      list: field.list ?? false,
      filterable: field.filterable ?? true,
      printable: field.printable ?? true,
      transformable: field.transformable ?? true,
      rightHand: field.rightHand ?? true,
      deprecated: field.deprecated !== undefined,
      hidden: field.hidden ?? false,
    },
  );
}

function wantedFacts(field: ReferenceField): { name: string } {
  return Object.assign(
    { name: field.name },
    {
      class: field.class,
      sources: field.sources,
      type: field.type.replace('PT_', ''),
      format: field.print_format.replace('PF_', ''),
      argument: field.argument,
      argumentKinds: field.argument_kinds,
      list: field.is_list,
      filterable: field.filterable,
      printable: field.printable,
      transformable: field.transformable,
      rightHand: field.rhs_allowed,
      deprecated: field.deprecated,
      hidden: field.hidden,
    },
  );
}
