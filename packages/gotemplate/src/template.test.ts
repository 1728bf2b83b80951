import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Template } from './template.ts';

const now = (): Date => new Date('2026-11-24T10:20:30.456Z');

function render(source: string, data: unknown = {}, options = {}): string {
  return new Template(source, { now, ...options }).execute(data);
}

// The cases of Go's documentation of text/template, and of what users write in destinations.
describe('actions', () => {
  test.each([
    ['a{{/* comment */}}b', 'ab'],
    ['{{23 -}} < {{- 45}}', '23<45'],
    ['x {{- /* c */ -}} y', 'xy'],
    ['{{"output"}}', 'output'],
    ['{{printf "%q" "output"}}', '"output"'],
    ['{{"output" | printf "%q"}}', '"output"'],
    ['{{printf "%q" (print "out" "put")}}', '"output"'],
    ['{{"put" | printf "%s%s" "out" | printf "%q"}}', '"output"'],
    ['{{with "output"}}{{printf "%q" .}}{{end}}', '"output"'],
    ['{{with $x := "output" | printf "%q"}}{{$x}}{{end}}', '"output"'],
    ['{{with $x := "output"}}{{printf "%q" $x}}{{end}}', '"output"'],
    ['{{if 0}}a{{else if 1}}b{{else}}c{{end}}', 'b'],
    ['{{with 0}}a{{else with "z"}}{{.}}{{end}}', 'z'],
    ['{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}', '2'],
    ['{{range 3}}{{.}}{{end}}', '012'],
    ['{{define "T"}}<{{.}}>{{end}}{{template "T" 5}}', '<5>'],
    ['{{block "B" "in"}}[{{.}}]{{end}}', '[in]'],
    ["{{1.5}} {{0x10}} {{1e3}} {{true}} {{'a'}} {{`r\\n`}}", '1.5 16 1000 true 97 r\\n'],
  ])('%s gives %s', (source, want) => {
    expect(render(source)).toBe(want);
  });

  test('fields, maps, indexes and methods are reached by name', () => {
    const data = {
      rule: 'R',
      fields: new Map([['proc.name', 'cat']]),
      tags: ['a', 'b'],
      shout: (s: string) => s.toUpperCase(),
    };
    expect(
      render('{{.rule}} {{index .fields "proc.name"}} {{index .tags 1}} {{call .shout "x"}}', data),
    ).toBe('R cat b X');
  });

  test('a missing key prints <no value>, is nil elsewhere, and fails when asked to', () => {
    expect(render('{{.none}}|{{if .none}}a{{else}}b{{end}}|{{.none | default "d"}}')).toBe('<no value>|b|d');
    expect(() => render('{{.none}}', {}, { missingKey: 'error' })).toThrow('map has no entry for key "none"');
  });

  test('range goes over lists and sorted maps, with break, continue and else', () => {
    expect(render('{{range $i, $e := .}}{{$i}}={{$e}} {{end}}', ['x', 'y'])).toBe('0=x 1=y ');
    expect(render('{{range $k, $v := .}}{{$k}}{{$v}}{{end}}', { b: 2, a: 1 })).toBe('a1b2');
    expect(
      render(
        '{{range .}}{{if eq . 2}}{{continue}}{{end}}{{if eq . 4}}{{break}}{{end}}{{.}}{{end}}',
        [1, 2, 3, 4],
      ),
    ).toBe('13');
    expect(render('{{range .}}x{{else}}none{{end}}', [])).toBe('none');
  });

  test('and, or stop at the value that decides', () => {
    expect(render('{{and 1 0 (fail "never")}} {{or 0 2 (fail "never")}} {{not 0}}')).toBe('0 2 true');
  });
});

describe('printf', () => {
  test.each([
    [
      '%d %5d|%-5d|%05d %x %X %o %b %c %U',
      [42, 42, 42, -42, 255, 255, 8, 5, 65, 0x263a],
      '42    42|42   |-0042 ff FF 10 101 A U+263A',
    ],
    [
      '%s|%10s|%-4s|%.2s|%q|%x',
      ['go', 'go', 'go', 'golang', 'a"b', 'hi'],
      'go|        go|go  |go|"a\\"b"|6869',
    ],
    [
      '%f %.2f %8.3f %e %g %g',
      [1.5, 2 / 3, Math.PI, 123456.789, 1e21, 0.1],
      '1.500000 0.67    3.142 1.234568e+05 1e+21 0.1',
    ],
    ['%t %v %T %%', [true, null, 'x'], 'true <nil> string %'],
    ['%d', ['x'], '%!d(string=x)'],
    ['%d %d', [1], '1 %!d(MISSING)'],
    ['%d', [1, 2], '1%!(EXTRA int=2)'],
    ['%[2]d %[1]d', [1, 2], '2 1'],
    ['%*d', [4, 7], '   7'],
    ['%v %v', [[1, 'a'], { k: 1 }], '[1 a] map[k:1]'],
    ['%', [], '%!(NOVERB)'],
  ])('%s', (format, values, want) => {
    const names = values.map((_, i) => `$.v${i}`).join(' ');
    const data = Object.fromEntries(values.map((value, i) => [`v${i}`, value as unknown]));
    expect(render(`{{printf ${JSON.stringify(format)} ${names}}}`, data)).toBe(want);
  });
});

describe('comparison', () => {
  test.each([
    ['{{eq 1 2 1}}', 'true'],
    ['{{ne "a" "b"}}', 'true'],
    ['{{lt 1 2}} {{le 2 2}} {{gt "b" "a"}} {{ge 1 2}}', 'true true true false'],
    ['{{eq nil nil}}', 'true'],
  ])('%s', (source, want) => {
    expect(render(source)).toBe(want);
  });

  test('values of different kinds do not compare', () => {
    expect(() => render('{{eq 1 "1"}}')).toThrow('incompatible types for comparison');
  });
});

describe('usual functions', () => {
  test.each([
    ['{{ "hello" | upper | repeat 2 }}', 'HELLOHELLO'],
    ['{{ "a,b" | splitList "," | join "-" }}', 'a-b'],
    ['{{ list 3 1 2 | sortAlpha | first }}', '1'],
    ['{{ dict "a" 1 "b" 2 | toJson }}', '{"a":1,"b":2}'],
    ['{{ "x" | default "y" }} {{ "" | default "y" }}', 'x y'],
    ['{{ add 1 2 3 }} {{ div 7 2 }} {{ mod 7 2 }} {{ max 1 5 2 }}', '6 3 1 5'],
    ['{{ "dGVzdA==" | b64dec }} {{ "test" | b64enc }}', 'test dGVzdA=='],
    ['{{ now | date "2006-01-02T15:04:05.000Z07:00" }}', '2026-11-24T10:20:30.456Z'],
    ['{{ regexMatch "^a+$" "aaa" }} {{ regexReplaceAll "a(.)" "abac" "<$1>" }}', 'true <b><c>'],
    ['{{ ternary "y" "n" true }}{{ "  t " | trim | quote }}', 'y"t"'],
    ['{{ "l1\\nl2" | indent 2 }}', '  l1\n  l2'],
    ['{{ trunc 3 "abcdef" }} {{ abbrev 5 "abcdefgh" }} {{ snakecase "FooBarBaz" }}', 'abc ab... foo_bar_baz'],
    ['{{ html "<a&b>" }} {{ urlquery "a b&c" }} {{ js "it\'s" }}', "&lt;a&amp;b&gt; a+b%26c it\\'s"],
    ['{{ len "é" }} {{ len (list 1 2) }} {{ slice "abcdef" 1 3 }}', '2 2 bc'],
  ])('%s', (source, want) => {
    expect(render(source)).toBe(want);
  });
});

describe('failures', () => {
  test.each([
    ['{{', 'unclosed action'],
    ['{{if}}{{end}}', 'missing value for if'],
    ['{{if 1}}', 'unexpected EOF'],
    ['{{end}}', 'unexpected {{end}}'],
    ['{{nosuch 1}}', 'function "nosuch" not defined'],
    ['{{$x}}', 'undefined variable "$x"'],
    ['{{break}}', '{{break}} outside {{range}}'],
    ['{{/* open }}', 'unclosed'],
    ['{{"a}}', 'unterminated quoted string'],
  ])('%s says %s', (source, problem) => {
    expect(() => new Template(source, { now })).toThrow(
      problem.split(' ')[0] === 'unclosed' ? /unclosed|unexpected/ : problem,
    );
  });

  test.each([
    ['{{template "nosuch"}}', 'template "nosuch" not defined'],
    ['{{define "T"}}{{template "T"}}{{end}}{{template "T"}}', 'exceeded maximum template depth'],
    ['{{range 5000000}}x{{end}}', 'too long'],
    ['{{repeat 100000000 "x"}}', 'out of range'],
    ['{{index (list 1) 3}}', 'index out of range: 3'],
    ['{{fail "stop"}}', 'stop'],
    ['{{div 1 0}}', 'division by zero'],
  ])('%s says %s', (source, problem) => {
    expect(() => render(source)).toThrow(problem);
  });

  test('the message names template and line', () => {
    expect(() => render('a\nb\n{{.x.y}}', { x: null }, { name: 'page' })).toThrow(
      /^template: page:3: nil data/,
    );
  });

  test('own keys only: a prototype is no data', () => {
    expect(render('{{.constructor}} {{.__proto__}}')).toBe('<no value> <no value>');
  });
});

test('a value with a String method is printed by it, and its other methods can be called', () => {
  class Moment {
    String(): string {
      return 'noon';
    }
    Format(layout: string): string {
      return `<${layout}>`;
    }
  }
  expect(render('{{.T}} {{printf "%v" .T}} {{.T.Format "15:04"}}', { T: new Moment() })).toBe(
    'noon noon <15:04>',
  );
});

test('noise gives text or an AppError, never a crash', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '{{-',
    '-}}',
    'if',
    'end',
    'range',
    ' ',
    '.',
    '$',
    ':=',
    '|',
    '(',
    ')',
    '"a"',
    '1',
    'x',
    'len',
    '\n',
    '/*',
    '*/',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (parts) => {
      try {
        render(parts.join(''), { x: [1] });
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
    { numRuns: 2000 },
  );
});

describe('what is no literal of Go is an error with its line', () => {
  test.each([
    ['{{ 08 }}', 'bad number syntax: "08"'],
    ['{{ 0x_ }}', 'bad number syntax: "0x_"'],
    ['{{ "\\U00ffffff" }}', 'unknown escape \\U00ffffff'],
    ['{{ "\\ud800" }}', 'unknown escape \\ud800'],
    ['{{ "\\777" }}', 'unknown escape \\777'],
    ["{{ 'ab' }}", "malformed character constant: 'ab'"],
  ])('%s', (source, problem) => {
    expect(() => render(`\n${source}`)).toThrow(`template: template:2: ${problem}`);
  });
});

describe('a short template that would need all memory or never end is given up', () => {
  const doubled = (start: string, step: string): string =>
    `{{ $x := ${start} }}{{ range until 60 }}{{ $x = ${step} }}{{ end }}`;
  test.each([
    ['texts that double', doubled('"ab"', 'print $x $x'), 'is too long'],
    ['lists that double', doubled('list 1', 'concat $x $x'), 'is too long'],
    ['lists within lists, printed', `${doubled('list 1', 'list $x $x')}{{ $x }}`, 'prints to more than'],
    [
      'lists within lists, as JSON',
      `${doubled('list 1', 'list $x $x')}{{ toJson $x }}`,
      'prints to more than',
    ],
    [
      'depth',
      `{{ $x := list }}{{ range until 2000 }}{{ $x = list $x }}{{ end }}{{ $x }}`,
      'nested deeper than',
    ],
    [
      'templates that call others twice',
      Array.from(
        { length: 40 },
        (_, i) => `{{ define "${i}" }}{{ template "${i + 1}" }}{{ template "${i + 1}" }}{{ end }}`,
      ).join('') + '{{ define "40" }}{{ end }}{{ template "0" }}',
      'steps',
    ],
  ])('%s', (_what, source, problem) => {
    expect(() => render(source)).toThrow(problem);
  });
});
