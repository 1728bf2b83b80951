import { AppError } from '@lanner/core';
import { expect, test } from 'vitest';
import { readSbom } from './read.ts';
import { fuzzSbom, fuzzVex } from './sbom.fuzz.ts';

test('damaged bills are refused with an AppError or read in part', () => {
  expect(fuzzSbom(300, 1).inputs).toBe(300);
});

test('damaged VEX documents, reports and ignore files too', () => {
  expect(fuzzVex(500, 1).inputs).toBe(500);
});

const cycloneDx = { bomFormat: 'CycloneDX', specVersion: '1.4', components: [] };

test.each([
  ['a DSSE envelope', { payload: Buffer.from(JSON.stringify({ predicate: cycloneDx })).toString('base64') }],
  ['a predicate of cosign', { predicate: { Data: JSON.stringify(cycloneDx) } }],
  ['a plain statement', { predicate: cycloneDx }],
])('%s is unwrapped', (_, document) => {
  expect(readSbom(Buffer.from(JSON.stringify(document))).artifactType).toBe('cyclonedx');
});

test.each([
  '',
  '{}',
  '[]',
  'SPDXVersion',
  'SPDXVersion: SPDX-2.3\nnothing',
  '{"predicate":{"predicate":{}}}',
])('%j is refused', (text) => {
  expect(() => readSbom(Buffer.from(text))).toThrow(AppError);
});

test('components that are nested without end are refused', () => {
  let component: object = {};
  for (let depth = 0; depth < 200; depth++) {
    component = { type: 'library', name: 'x', components: [component] };
  }
  expect(() => readSbom(Buffer.from(JSON.stringify({ ...cycloneDx, components: [component] })))).toThrow(
    /nested/,
  );
});
