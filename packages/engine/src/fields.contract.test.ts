import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { eventTable } from './event-table.ts';
import type { Field, FieldArgument, FieldClass } from './field.ts';
import { fieldClasses } from './fields/registry.gen.ts';
import { eventBytes, testEvent, testThread } from './testkit/index.ts';
import type { FieldValue } from './value.ts';

// Types whose lists operators can work on.
const listTypes = ['CHARBUF', 'UINT64', 'RELTIME', 'ABSTIME', 'BOOL', 'IPADDR', 'IPNET'];
const numberTypes =
  /^(U?INT|FLAGS|ENUMFLAGS|RELTIME|ABSTIME|PORT|PID|FD|ERRNO|UID|GID|MODE|SIGTYPE|SYSCALLID|DOUBLE)/;

const fields = fieldClasses.flatMap((fieldClass) =>
  fieldClass.fields.map((field) => [field.name, field, fieldClass] as const),
);

test('the registry holds every file of the folder, under its name', () => {
  const files = readdirSync(new URL('./fields/', import.meta.url))
    .filter((file) => /^[a-z0-9-]+\.ts$/.test(file))
    .map((file) => file.slice(0, -3));
  expect(fieldClasses.map(({ id }) => id).sort()).toEqual(files.sort());
});

test('names are unique within a source', () => {
  const names = fields.flatMap(([name, , { sources }]) =>
    (sources === 'all' ? ['all'] : sources).map((source) => `${source} ${name}`),
  );
  expect(new Set(names).size).toBe(names.length);
});

describe.each(fields)('%s', (name, field) => {
  test('has a name with a class, and one sentence of documentation', () => {
    expect(name).toMatch(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/i);
    expect(field.doc).toMatch(/^[^\s].*[^.]\.$/);
    expect(field.doc.length).toBeLessThan(220);
  });

  test('says which arguments it takes exactly when it takes one', () => {
    expect((field.argumentKinds ?? []).length > 0).toBe(field.argument !== undefined);
    if (field.anyOf !== undefined) {
      expect(field.argument).toBe('optional');
      expect(field.list).not.toBe(true);
    }
  });

  test('can be used for something', () => {
    expect((field.filterable ?? true) || (field.printable ?? true)).toBe(true);
    if (field.list === true) {
      expect(listTypes).toContain(field.type);
    }
  });
});

describe('on an event of any type, without state and without parameters,', () => {
  const events = eventTable.map(({ code }) => testEvent(code, []));
  const known = eventTable.map(({ code }) => testEvent(code, [], { thread: testThread() }));

  test.each(fields)('%s gives a value of its type or none', (_name, field, fieldClass) => {
    for (const event of [...events, ...known]) {
      for (const argument of argumentsOf(field)) {
        expectShape(field, fieldClass, field.extract(event, argument));
      }
      for (const value of field.anyOf?.(event) ?? []) {
        expectShape(field, fieldClass, value);
      }
    }
  });
});

test('the empty events above are valid', () => {
  expect(eventBytes('SYSCALL_READ_X', []).length).toBe(26);
});

function argumentsOf({ argument, argumentKinds }: Field): FieldArgument[] {
  const given = (argumentKinds ?? []).map((kind) => (kind === 'index' ? 1 : 'name'));
  return argument === 'required' ? given : [undefined, ...given];
}

function expectShape(field: Field, { id }: FieldClass, value: FieldValue): void {
  if (value === null || field.type === 'DYN') {
    return;
  }
  const several = field.list === true || field.eitherEnd === true;
  const where = `${id}: ${field.name}`;
  expect(Array.isArray(value), where).toBe(several);
  for (const item of several ? (value as readonly unknown[]) : [value]) {
    expect(typeof item, where).toMatch(expectedType(field));
  }
}

function expectedType({ type }: Field): RegExp {
  if (type === 'BOOL') {
    return /^boolean$/;
  }
  return numberTypes.test(type) ? /^(number|bigint)$/ : /^string$/;
}
