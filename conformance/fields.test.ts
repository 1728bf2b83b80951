import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Field } from '@lanner/engine';
import { fieldClasses } from '../packages/engine/src/fields/registry.gen.ts';

/** One field of the reference list. */
interface ReferenceField {
  readonly name: string;
  readonly type: string;
  readonly print_format: string;
  readonly class: string;
  readonly sources: string;
  readonly argument: 'none' | 'required' | 'optional';
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
/** Classes whose fields are all there is; the others are looked at in fields-metadata.test.ts. */
const classes = ['evt', 'util'];

describe.skipIf(!existsSync(file))('fields of events (needs ../shared)', () => {
  const reference = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { fields: ReferenceField[] }).fields
    : [];
  const wanted = reference.filter((field) => classes.includes(field.class));
  const own = new Map(
    fieldClasses.flatMap(({ fields, sources }) =>
      fields.map((field) => [field.name, { ...field, sources }] as const),
    ),
  );

  test.each(wanted.map((field) => [field.name, field] as const))('%s', (name, want) => {
    const field = own.get(name);
    expect(field).toBeDefined();
    expect(facts(field!)).toEqual({
      name,
      type: want.type.replace('PT_', ''),
      format: want.print_format.replace('PF_', ''),
      sources: want.sources === 'all' ? 'all' : [want.sources],
      argument: want.argument,
      argumentKinds: want.argument_kinds.map((kind) => (kind.startsWith('suffix') ? 'dotted-name' : kind)),
      list: want.is_list,
      filterable: want.filterable,
      printable: want.printable,
      transformable: want.transformable,
      rightHand: want.rhs_allowed,
      deprecated: want.deprecated,
      hidden: want.hidden,
    });
  });

  test('classes hold no field that the reference does not know', () => {
    const names = new Set(wanted.map((field) => field.name));
    const listed = fieldClasses
      .filter(({ id, className }) => classes.includes(className ?? id))
      .flatMap(({ fields }) => fields.map((field) => field.name));
    expect(listed.filter((name) => !names.has(name))).toEqual([]);
    expect(listed.toSorted()).toEqual([...names].sort());
  });

  test('every class of the reference that Lanner has is looked at in full', () => {
    const known = new Set(reference.map((field) => field.class));
    for (const fieldClass of fieldClasses) {
      expect(known).toContain(fieldClass.className ?? fieldClass.id);
    }
  });
});

function facts(field: Field & { sources: readonly string[] | 'all' }): Record<string, unknown> {
  return {
    name: field.name,
    type: field.type,
    format: field.format ?? 'NA',
    sources: field.sources,
    argument: field.argument ?? 'none',
    argumentKinds: field.argumentKinds ?? [],
    list: field.list ?? false,
    filterable: field.filterable ?? true,
    printable: field.printable ?? true,
    transformable: field.transformable ?? true,
    rightHand: field.rightHand ?? true,
    deprecated: field.deprecated !== undefined,
    hidden: field.hidden ?? false,
  };
}
