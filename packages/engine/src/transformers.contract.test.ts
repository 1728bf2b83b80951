import { readdirSync } from 'node:fs';
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64 } from './lib/base64.ts';
import type { ValueShape } from './transformer.ts';
import { transformers } from './transformers/registry.gen.ts';
import type { FieldValue } from './value.ts';

const shapes: readonly ValueShape[] = (
  ['CHARBUF', 'BYTEBUF', 'FSPATH', 'UINT64', 'BOOL', 'IPADDR'] as const
).flatMap((type) => [
  { type, list: false },
  { type, list: true },
]);

/** A value of a shape. */
function sample({ type, list }: ValueShape): Exclude<FieldValue, null> {
  const one = type === 'UINT64' ? 7 : type === 'BOOL' ? true : 'abcd';
  return list ? [one, one] : one;
}

function apply(
  name: string,
  inputs: readonly Exclude<FieldValue, null>[],
  argument: string | null = null,
): FieldValue | undefined {
  return transformers.find((one) => one.name === name)?.apply(inputs, argument);
}

test('the registry holds every file of the folder, under its name', () => {
  const files = readdirSync(new URL('./transformers/', import.meta.url)).filter((file) =>
    /^[a-z0-9-]+\.ts$/.test(file),
  );
  expect(transformers.map(({ name }) => `${name}.ts`).sort()).toEqual(files.sort());
});

describe.each(transformers.map((transformer) => [transformer.name, transformer] as const))(
  '%s',
  (_name, transformer) => {
    test('has one sentence of documentation', () => {
      expect(transformer.doc).toMatch(/^[A-Z].*[^.]\.$/);
    });

    test('gives values of the shape that it promises', () => {
      for (const inputs of [
        [],
        ...shapes.map((one) => [one]),
        ...shapes.flatMap((a) => shapes.map((b) => [a, b])),
      ]) {
        const shape = transformer.shape(inputs, null);
        if (typeof shape === 'string') {
          expect(shape).not.toBe('');
          continue;
        }
        const value = transformer.apply(inputs.map(sample), null);
        expect(value === null || Array.isArray(value) === shape.list).toBe(true);
        if (typeof value === 'string') {
          expect(['CHARBUF', 'BYTEBUF', 'FSPATH']).toContain(shape.type);
        }
      }
    });
  },
);

test.each([
  ['tolower', [' ÀB'.replace('À', '\xc0')], null, ' \xc0b'],
  ['toupper', [['a\xb5', 'b\xdf']], null, ['A\xb5', 'B\xdf']],
  ['basename', ['/usr/bin/env'], null, 'env'],
  ['basename', ['/usr/'], null, ''],
  ['basename', ['env'], null, 'env'],
  ['b64', ['aGVsbG8='], null, 'hello'],
  ['b64', ['aGVsbG8'], null, 'hello'],
  ['b64', ['not base64!'], null, null],
  ['b64', [['YQ==', '?']], null, null],
  ['len', ['abc'], null, 3],
  ['len', [['a', 'b']], null, 2],
  ['join', ['-', ['a', 'b', 'c']], null, 'a-b-c'],
  ['join', ['-', []], null, ''],
  ['concat', ['a', 'b', 'c'], null, 'abc'],
  ['getopt', [['-nt', 'x'], 'nt:'], null, ['n', 't', 'x']],
  ['getopt', [['-tx', '-z', '--long', '-n', '--', '-t'], 'nt:'], null, ['t', 'x', '?', 'n']],
  ['getopt', [['-n', 'stop', '-t'], 'nt'], null, ['n']],
  ['getopt', [['-', '-n'], 'n'], null, []],
  ['getopt', [['-t'], ':t:'], null, ['']],
  ['getopt', [['-t', '-n'], 't:n'], null, ['t', '-n']],
  ['getopt', [['-t', '1', '-t2'], 't:'], 't', '2'],
  ['getopt', [['-n'], 'n'], 'n', 'n'],
  ['getopt', [['-n'], 'nt:'], 't', null],
  ['getopt', [['-t'], 't:'], 't', ''],
] as const)('%s(%j)[%s] is %j', (name, inputs, argument, wanted) => {
  expect(apply(name, inputs, argument)).toEqual(wanted);
});

test('base64 decodes what an encoder has made', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      const encoded = Buffer.from(bytes).toString('base64');
      expect(decodeBase64(encoded)).toBe(text);
      expect(decodeBase64(encoded.replace(/=+$/, ''))).toBe(text);
    }),
  );
  expect(['a', '=', '==', 'YR==', 'YWJ=', 'a b=', 'YQ=a'].map(decodeBase64)).toEqual(
    Array.from({ length: 7 }, () => null),
  );
});
