import { existsSync, readFileSync } from 'node:fs';
import type { Field } from '@lanner/engine';
import { describe, expect, test } from 'vitest';
import { fieldClasses } from '../packages/engine/src/fields/registry.gen.ts';

/** One field of the reference list. */
interface ReferenceField {
  readonly name: string;
  readonly type: string;
  readonly print_format: string;
  readonly class: string;
  readonly sources: string | readonly string[];
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
const isPresent = existsSync(file);
/** Sources of events that come from cloud services, by plugins that are not built in. */
const foreign: ReadonlySet<string> = new Set(['cloudtrail', 'github', 'gcpaudit', 'okta']);

/**
 * The plugin takes a key for `.label` and none for `.labels` and the lists of services; the reference has it the other
 * way round (see known-differences.md).
 */
const argumentMoved = /^k8smeta\.(\w+\.labels?|svc\.\w+)$/;

describe.skipIf(!isPresent)('fields (needs ../shared)', () => {
  const reference = (
    isPresent ? (JSON.parse(readFileSync(file, 'utf8')) as { fields: ReferenceField[] }).fields : []
  ).filter((field) => !foreign.has(field.class));
  const own = new Map(
    fieldClasses.flatMap(({ fields, sources, className, id }) =>
      fields.map((field) => [`${className ?? id} ${field.name}`, { ...field, sources }] as const),
    ),
  );

  test.each(reference.map((field) => [`${field.class} ${field.name}`, field] as const))('%s', (key, want) => {
    const field = own.get(key);
    expect(field).toBeDefined();
    const argument = argumentMoved.test(want.name)
      ? {}
      : {
          argument: want.argument,
          argumentKinds: want.argument_kinds.map((kind) =>
            kind.startsWith('suffix') ? 'dotted-name' : kind,
          ),
        };
    expect(facts(field!)).toMatchObject({
      type: want.type.replace('PT_', ''),
      format: want.print_format.replace('PF_', ''),
      sources: typeof want.sources === 'string' && want.sources !== 'all' ? [want.sources] : want.sources,
      ...argument,
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

  test('no field is there that the reference does not know', () => {
    const known = new Set(reference.map((field) => `${field.class} ${field.name}`));
    expect([...own.keys()].filter((key) => !known.has(key))).toEqual([]);
  });
});

function facts(field: Field & { sources: readonly string[] | 'all' }): Record<string, unknown> {
  return {
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
    suggested: field.suggested ?? false,
  };
}
