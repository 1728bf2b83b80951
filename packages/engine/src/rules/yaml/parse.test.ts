import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { fromByteString, toByteString } from '../bytes.ts';
import { parseYaml, valueOf, type YamlNode } from './parse.ts';

function plain(node: YamlNode): unknown {
  switch (node.kind) {
    case 'null':
      return null;
    case 'scalar':
      return fromByteString(node.value);
    case 'sequence':
      return node.items.map(plain);
    case 'map':
      return Object.fromEntries(node.pairs.map(({ key, value }) => [String(plain(key)), plain(value)]));
  }
}

function documents(text: string): unknown[] | string {
  const result = parseYaml(toByteString(text));
  return result.ok ? result.documents.map(plain) : `${result.message} at ${result.at}`;
}

/** Any nesting of lists and maps with such texts at the leaves. */
function data(text: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  return fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, text, fc.array(tie('value')), fc.dictionary(text, tie('value'))),
  })).value;
}

/** What another library writes, read here. */
function reread(
  value: unknown,
  style: 'PLAIN' | 'QUOTE_DOUBLE' | 'BLOCK_FOLDED' | 'BLOCK_LITERAL',
  flow: boolean,
): unknown {
  const written = stringify(value, {
    schema: 'failsafe',
    defaultStringType: style,
    defaultKeyType: 'QUOTE_DOUBLE',
    collectionStyle: flow ? 'flow' : 'block',
    lineWidth: 0,
  });
  // Keys of several lines are written with a question mark, which changes nothing in what is tested here.
  fc.pre(!written.includes('? '));
  const read = documents(written);
  return Array.isArray(read) ? (read[0] ?? null) : read;
}

test('reads quoted texts that another library writes', () => {
  // yaml-cpp keeps but one of the line breaks at the end of a folded quoted text.
  const text = fc
    .oneof(fc.string(), fc.string({ unit: 'grapheme' }))
    .filter((value) => !/\n\s*\n\s*$/.test(value));
  fc.assert(
    fc.property(data(text), fc.boolean(), (value, flow) => {
      expect(reread(value, 'QUOTE_DOUBLE', flow)).toEqual(value);
    }),
    { numRuns: 300 },
  );
});

test('reads plain and block texts that another library writes', () => {
  const text = fc.stringMatching(/^[a-z][ -~\n]{0,60}[a-z]$/);
  fc.assert(
    fc.property(data(text), fc.constantFrom('PLAIN', 'BLOCK_FOLDED', 'BLOCK_LITERAL'), (value, style) => {
      // The type of the constants is lost in the property.
      const wanted = JSON.stringify([value]).replaceAll(/"(?:null|Null|NULL)"/g, 'null');
      expect(JSON.stringify(reread([value], style as 'PLAIN', false))).toBe(wanted);
    }),
    { numRuns: 300 },
  );
});

test('any text gives a result', () => {
  const yamlish = fc
    .array(
      fc.constantFrom(
        '- ',
        ': ',
        '\n',
        '  ',
        '{',
        '}',
        '[',
        ']',
        ',',
        '"',
        "'",
        '#',
        '|',
        '>',
        '&a ',
        '*a',
        '!t ',
        '---',
        '...',
        '%',
        '?',
        '\t',
        'a',
        'b',
        '\r',
      ),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), yamlish), (noise) => {
      const result = parseYaml(noise);
      if (!result.ok) {
        expect(result.at).toBeLessThanOrEqual(noise.length);
        expect(result.at).toBeGreaterThanOrEqual(-1);
      }
    }),
    { numRuns: 2000 },
  );
});

test('nodes know where they start and end', () => {
  const source = '- rule: a b # c\n  items: [x, "y"]\n  text: >\n    one\n    two\n- &n {k: v}\n';
  const result = parseYaml(source);
  const list = result.ok ? result.documents[0] : undefined;
  const [first, second] = list?.kind === 'sequence' ? list.items : [];
  const spans =
    first?.kind === 'map' ? first.pairs.map(({ value }) => source.slice(value.at, value.end)) : [];
  expect(spans).toEqual(['a b', '[x, "y"]', '>\n    one\n    two\n']);
  expect(source.slice(second?.at, second?.end)).toBe('&n {k: v}');
});

describe('what yaml-cpp accepts', () => {
  test.each([
    ['flow collections that leave their indentation', '- items: [\na,\n  b\n]\n', [[{ items: ['a', 'b'] }]]],
    ['comments right behind other text', '- [a,#c\n  b]#d\n', [[['a', 'b']]]],
    ['empty places in flow lists', '[a,,b,]', [['a', null, 'b']]],
    ['keys without a value in flow maps', '{a, b: }', [{ a: null, b: null }]],
    ['a last word without a colon', '- a: b\n  foo', [[{ a: 'b', foo: null }]]],
    ['several documents', '--- a\n---\n---\n- b\n...\n', ['a', ['b']]],
    ['text behind a document that has ended', '- {a: b}\nfoo: bar\n', [[{ a: 'b' }], { foo: 'bar' }]],
    ['sequences at the column of their key', 'a:\n- b\n- c\nd: e', [{ a: ['b', 'c'], d: 'e' }]],
    [
      'nulls in all spellings',
      '[~, null, Null, NULL, nULL, "null", !!str ]',
      [[null, null, null, null, 'nULL', 'null', '']],
    ],
    ['windows line ends', 'a: b\r\nc: >\r\n  d\r\n  e\r\n', [{ a: 'b', c: 'd e\n' }]],
    ['escapes', String.raw`["\x41\u00e9\n\t\"\\", 'it''s']`, [['Aé\n\t"\\', "it's"]]],
    ['folding around deeper lines', 'a: >-\n  b\n  c\n\n    d\n  e\n', [{ a: 'b c\n\n  d\ne' }]],
    ['kept line ends', 'a: |+\n  b\n\nc: d', [{ a: 'b\n\n', c: 'd' }]],
    ['plain text over several lines', 'a: b\n  c\n\n  d # e\n', [{ a: 'b c\nd' }]],
    ['nothing but comments', '# a\n', []],
  ])('%s', (_name, source, wanted) => {
    expect(documents(source)).toEqual(wanted);
  });

  test('the first of two equal keys counts', () => {
    const result = parseYaml('a: x\na: y');
    const map = result.ok ? result.documents[0] : undefined;
    expect(map?.kind === 'map' ? valueOf(map, 'a') : null).toMatchObject({ value: 'x' });
  });

  test('an alias is the node that it names', () => {
    const result = parseYaml('- &a [x]\n- *a\n');
    const list = result.ok ? result.documents[0] : undefined;
    expect(list?.kind === 'sequence' ? list.items[1] : null).toBe(
      list?.kind === 'sequence' ? list.items[0] : undefined,
    );
  });
});

describe('what yaml-cpp rejects, where it does', () => {
  test.each([
    ['a: b: c\n', 'illegal map value at 4'],
    ['- rule: x\n  foo\n  bar: y\n', 'illegal map value at 21'],
    ['- a: b\n   c: d\n', 'illegal map value at 11'],
    ['- a: b\n c: d\n', 'end of sequence not found at 8'],
    ['- items: [a, b\n- c: d\n', 'end of sequence flow not found at 18'],
    ['- items: {a: b\n', 'end of map flow not found at -1'],
    ['- a: ]\n', 'illegal flow end at 5'],
    ['- a: [}\n', 'illegal flow end at 6'],
    ['- a: @x\n', 'unknown token at 5'],
    ['- a: "\\q"\n', 'unknown escape character: q at 8'],
    ['- a: "\\xg0"\n', 'bad character found while scanning hex number at 10'],
    ['- a: "x', 'illegal EOF in scalar at 7'],
    ['a: "b\n---\n"', 'illegal document indicator in scalar at 6'],
    ["- a: 'x' y\n", 'unexpected scalar at 9'],
    ['- a: - b\n', 'illegal block entry at 5'],
    ['- a: b\n\tc: d\n', 'illegal tab when looking for indentation at 7'],
    ['- a: *nope\n', 'the referenced anchor is not defined: nope at 5'],
    ['- &a [*a]\n', 'the referenced anchor contains itself: a at 6'],
    ['- &a &b x\n', 'cannot assign multiple anchors to the same node at 5'],
    ['- !a !b x\n', 'cannot assign multiple tags to the same node at 5'],
    ['- & x\n', 'anchor not found after & at 3'],
    ['a: |0\n  b', 'cannot set zero indentation for a block scalar at 5'],
    ['a: | b\n', 'unexpected character in block scalar at 5'],
    [', a\n', 'plain value cannot start with flow indicator character at 0'],
    [' , a\n', 'unexpected token after end of document at 1'],
    ['- !<a\n', 'end of verbatim tag not found at 5'],
    [`${'k'.repeat(1100)}: v`, 'illegal map value at 1100'],
  ])('%j', (source, problem) => {
    expect(documents(source)).toBe(problem);
  });
});

describe('hostile text', () => {
  test('deep nesting is an error, not a crash', () => {
    expect(documents('['.repeat(100_000))).toMatch(/^bad file/);
    expect(documents('- '.repeat(100_000))).toMatch(/^bad file/);
  });

  test('aliases cannot blow a document up', () => {
    const lines = ['- &l0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++) {
      lines.push(`- &l${i} [${Array.from({ length: 10 }, () => `*l${i - 1}`).join(', ')}]`);
    }
    expect(documents(lines.join('\n'))).toMatch(/more than 2000000 nodes/);
  });

  test('time grows with the length of the text', () => {
    for (const piece of [
      'a: b\n',
      '- [',
      '"a\\n',
      "'",
      '- ? ',
      '# c\n',
      '{a: ',
      'a b ',
      '\n\n',
      ' |\n',
      '&a ',
    ]) {
      const started = performance.now();
      parseYaml(piece.repeat(100_000));
      expect(performance.now() - started).toBeLessThan(10_000);
    }
  });
});
