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
  readonly argument: 'none' | 'required' | 'optional';
  readonly argument_kinds: readonly string[];
  readonly is_list: boolean;
  readonly filterable: boolean;
  readonly printable: boolean;
  readonly transformable: boolean;
  readonly rhs_allowed: boolean;
  readonly deprecated: boolean;
  readonly hidden: boolean;
  readonly suggested_output?: boolean;
}

const file = new URL('../../shared/reference/falco/fields.json', import.meta.url);
const classes = ['process', 'fd', 'user', 'group', 'fs.path', 'fdlist', 'container', 'k8smeta'];

/**
 * The plugin takes a key for `.label` and none for `.labels` and the lists of services; the reference has it the other
 * way round (see known-differences.md).
 */
const argumentMoved = /^k8smeta\.(\w+\.labels?|svc\.\w+)$/;

describe.skipIf(!existsSync(file))('fields (needs ../shared)', () => {
  const reference = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { fields: ReferenceField[] }).fields
    : [];
  const wanted = reference.filter((field) => classes.includes(field.class));
  const own = new Map(fieldClasses.flatMap(({ fields }) => fields).map((field) => [field.name, field]));

  test.each(wanted.map((field) => [field.name, field] as const))('%s', (name, want) => {
    const field = own.get(name);
    expect(field).toBeDefined();
    const moved = argumentMoved.test(name);
    expect(facts(field!, moved)).toEqual({
      name,
      type: want.type.replace('PT_', ''),
      format: want.print_format.replace('PF_', ''),
      ...(!moved && { argument: want.argument, argumentKinds: want.argument_kinds }),
      list: want.is_list,
      filterable: want.filterable,
      printable: want.printable,
      transformable: want.transformable,
      rightHand: want.rhs_allowed,
      deprecated: want.deprecated,
      hidden: want.hidden,
      suggested: want.suggested_output === true,
    });
  });

  test('classes hold no field that the reference does not know', () => {
    const names = new Set(reference.map((field) => field.name));
    const listed = fieldClasses
      .filter(({ id, className }) => classes.includes(className ?? id))
      .flatMap(({ fields }) => fields.map((field) => field.name));
    expect(listed.filter((name) => !names.has(name))).toEqual([]);
    expect(new Set(listed).size).toBe(listed.length);
  });
});

function facts(field: Field, withoutArgument: boolean): Record<string, unknown> {
  return {
    name: field.name,
    type: field.type,
    format: field.format ?? 'NA',
    ...(!withoutArgument && { argument: field.argument ?? 'none', argumentKinds: field.argumentKinds ?? [] }),
    list: field.list ?? false,
    filterable: field.filterable ?? true,
    printable: field.printable ?? true,
    transformable: field.transformable ?? true,
    rightHand: field.rightHand ?? true,
    deprecated: field.deprecated !== undefined,
    hidden: field.hidden ?? false,
    suggested: field.suggested ?? false,
  };
}
