import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { artifactFile } from '../testkit/file.ts';
import samples from './samples.json' with { type: 'json' };
import { parseSecretConfig } from './config.ts';
import { builtinRules } from './rules.ts';
import { SecretScanner } from './secret-scanner.ts';

const token = 'ghp_012345678901234567890123456789abcdef';
const scanner = new SecretScanner();

function scan(text: string | Uint8Array, one = scanner) {
  return one.scan('app/config', artifactFile('app/config', text));
}

test('there are 105 rules with ids of their own', () => {
  expect(new Set(builtinRules.map(({ id }) => id)).size).toBe(105);
});

// Broken into two, so that nobody takes them for secrets; the rules without one have theirs in the conformance tests.
test.each(Object.entries(samples))('%s finds a token of its form', (id, sample) => {
  const around = 'a line\n'.repeat(200);
  const text = `${around} ${sample.replace('¦', '')} \n${around}`;
  const found = scan(text).filter(({ ruleId }) => ruleId === id);
  expect(found.map(({ startLine }) => startLine)).toEqual([201]);
  expect(found[0]?.match).toContain('*'.repeat(8));
});

test('a secret is found wherever it lies in a large file, once, with its line', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200_000 }), (before) => {
      const filler = 'some words\n'.repeat(before / 11);
      const found = scan(`${filler} ${token} \n${'more\n'.repeat(20_000)}`);
      expect(found.map(({ ruleId, startLine, offset }) => [ruleId, startLine, offset])).toEqual([
        ['github-pat', filler.length / 11 + 1, filler.length + 1],
      ]);
      expect(found[0]?.match).toBe(` ${'*'.repeat(40)} `);
    }),
    { numRuns: 20 },
  );
});

test('no secret is shown in the lines around another one', () => {
  const shown = JSON.stringify(scan(`a ${token}\nb ${token}\nc ${token}\n`));
  expect(shown).not.toContain('0123456789');
});

test('CRLF is shown as the end of a line', () => {
  const [found] = scan(`x\r\ntoken ${token}\r\ny\r\n`);
  expect(found?.code.map(({ content }) => content)).toEqual(['x', `token ${'*'.repeat(40)}`, 'y']);
});

test('windows around keywords find what a look at the whole text finds', () => {
  const samples = [
    'ghp_',
    token,
    'SK',
    'a'.repeat(40),
    '0'.repeat(32),
    ' key = "',
    '"',
    '\n',
    'facebook = ',
    'lob',
  ];
  const whole = new SecretScanner({
    rules: builtinRules.map((rule) => ({ ...rule, reach: null })),
    allow: [],
    excluded: [],
    skips: [],
  });
  const windows = new SecretScanner({ rules: builtinRules, allow: [], excluded: [], skips: [] });
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...samples), { maxLength: 60 }), (parts) => {
      expect(scan(parts.join(''), windows)).toEqual(scan(parts.join(''), whole));
    }),
  );
});

test('bytes of any kind give findings within the file', () => {
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(...builtinRules.flatMap(({ keywords }) => keywords)).map((text) => Buffer.from(text)),
    fc.constant(Buffer.from(token)),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const bytes = Buffer.concat(parts);
      for (const { offset = 0, startLine, endLine } of scan(bytes)) {
        expect(offset).toBeLessThan(bytes.length);
        expect(startLine).toBeLessThanOrEqual(endLine);
      }
    }),
  );
});

describe('configurations', () => {
  test.each([
    ['rules: [{id: a}]', /needs an id and a regex/],
    ["rules: [{id: a, regex: '('}]", /the rule 'a': the regular expression/],
    ['- list', /settings by their names/],
    ['a: [', /invalid/],
  ])('%s is refused', (text, problem) => {
    expect(() => parseSecretConfig(text)).toThrow(AppError);
    expect(() => parseSecretConfig(text)).toThrow(problem);
  });

  test('names of groups are only read where groups are', () => {
    const config = parseSecretConfig(
      String.raw`rules: [{id: a, regex: '\((?:x)[(]?(?P<s>é\d+)[)]', secret-group-name: s}]`,
    );
    expect(scan('(x(é12)', new SecretScanner(config))[0]?.match).toBe('(x(****)');
  });
});
