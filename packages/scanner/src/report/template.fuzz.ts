import { changeLines } from '../formats/dpkg/dpkg.fuzz.ts';
import { type FuzzReport, fuzzParser, type Random } from '../testkit/fuzz.ts';
import { fixedOptions, sampleReport } from '../testkit/report.ts';
import { renderTemplate } from './template.ts';
import { asff } from './templates/asff.ts';
import { gitlab, gitlabCodequality } from './templates/gitlab.ts';
import { html } from './templates/html.ts';
import { junit } from './templates/junit.ts';

/** Templates of reports with other words in other places: refused, or run to their end over a report. */
export function fuzzTemplates(inputs: number, seed: number): FuzzReport {
  return fuzzParser(inputs, seed, {
    corpus: [...samples, ...[junit, html, gitlab, gitlabCodequality, asff].map((text) => Buffer.from(text))],
    maxReads: 2,
    change: (file, random) => (random(4) === 0 ? changeLines(file, random) : changeWords(file, random)),
    read: (source) => renderTemplate(source.read(0, source.size).toString('utf8'), sampleReport, options),
  });
}

const options = { ...fixedOptions(), env: { AWS_REGION: 'eu-1' }, maxOutput: 2 ** 20 };

/** What may stand in an action: whole words, so that most inputs go further than the parser. */
const words = [
  ...[
    '.',
    '$',
    '$x',
    '$i',
    '.Target',
    '.Vulnerabilities',
    '.Nothing',
    '. | len',
    'nil',
    'true',
    '(',
    ')',
    '|',
  ],
  ...[
    '0',
    '1',
    '-1',
    '3',
    '1e30',
    '0x',
    '0b2',
    '08',
    '9999999999999999999',
    '-9223372036854775808',
    '1_0',
    '.5',
  ],
  ...[
    '""',
    '"a"',
    '"\\U00ffffff"',
    '"\\xff"',
    '"\\777"',
    "'\\''",
    "'ab'",
    '`raw`',
    '"%[3]*.[2]*[1]f"',
    '"%#v%q%x"',
  ],
  ...['"[a-z"', '"(a*)*$"', '"2006-01-02T15:04:05.999"', '":="', ':=', '=', ',', 'else', 'end', 'break'],
  ...[
    'if .',
    'with .',
    'range .',
    'range $i, $x := .',
    'range 9',
    'define "T"',
    'block "B" .',
    'template "T" .',
  ],
  ...[
    'append',
    'call',
    'concat',
    'dict',
    'fromJson',
    'get',
    'index',
    'join',
    'list',
    'printf',
    'regexFindAll',
  ],
  ...[
    'regexReplaceAll',
    'repeat',
    'replace',
    'seq',
    'slice',
    'splitList',
    'substr',
    'toJson',
    'until',
    'untilStep',
  ],
];

/** Every function, with values that it takes. */
const samples = [
  `{{ define "T" }}<{{ . }}>{{ end -}}
{{ range $i, $x := . }}{{ template "T" $x.Target }}{{ if gt $i 1 }}{{ break }}{{ end }}
{{ with $x.Vulnerabilities }}{{ range . }}{{ .VulnerabilityID | quote }} {{ .Title | escapeXML | trunc 9 }}{{ end }}
{{ else }}{{ $x.Class | upper | repeat 2 | nindent 4 }}{{ end }}{{ end }}
{{ $x := dict "a" 1 "b" (list 1 2 "c") }}{{ $x | toJson | fromJson | toPrettyJson }} {{ get $x "b" | join "," }}
{{ printf "%-8s|%08.3f|%+d|%x|%q|%T|%[1]v" "a" 1.5 7 "é" "q" nil }} {{ index . 0 "Target" }} {{ slice "abcdef" 1 3 }}
{{ regexReplaceAll "a(b)" "aab" "\${1}x" }} {{ regexFindAll "[a-c]+" "abc abd" -1 }} {{ regexSplit "," "a,b" -1 }}
{{ until 5 }} {{ untilStep 0 10 3 }} {{ seq 1 2 9 }} {{ list 3 1 2 | sortAlpha | reverse | rest | initial }}
{{ now | date "2006-01-02" }} {{ ago 5 }} {{ duration 9999 }} {{ htmlDate 0 }} {{ toDate "x" "2026-01-02" }}
{{ add 1 2 | mul 3 | sub 4 | div 2 | mod 5 | max 6 }} {{ round 1.2345 2 }} {{ divf 1 0 }} {{ 5 | int | float64 }}
{{ b64enc "a" | b64dec }} {{ urlquery "a b" }} {{ sha256sum "a" }} {{ html "<" }} {{ js "'" }} {{ env "AWS_REGION" }}
{{ default "d" .None }} {{ ternary 1 2 true }} {{ coalesce 0 "" 3 }} {{ kindOf . }} {{ deepEqual 1 1 }} {{ eq 1 2 1 }}
{{ wrap 5 "a b c d e f" }} {{ abbrev 5 "abcdefgh" }} {{ snakecase "aBc" }} {{ camelcase "a_b" }} {{ swapcase "aB" }}
`,
  `{{ $all := list }}{{ range . }}{{ $all = append $all .Target }}{{ $all = concat $all $all }}{{ end }}{{ len $all }}
{{ $t := "ab" }}{{ range until 20 }}{{ $t = print $t $t }}{{ end }}{{ len $t }}
{{ define "A" }}{{ template "B" . }}{{ template "B" . }}{{ end }}{{ define "B" }}{{ if . }}x{{ end }}{{ end }}
{{ template "A" 1 }}{{ block "C" (dict "k" .) }}{{ len .k }}{{ end }}
`,
].map((text) => Buffer.from(text));

/** A word of an action becomes another, or comes twice; an action moves to another place. */
function changeWords(file: Buffer, random: Random): Buffer {
  const parts = file.toString('latin1').split(/(\{\{-? ?| ?-?\}\}|[ ()|])/);
  const at = random(parts.length);
  const other = random(3) === 0 ? (parts[random(parts.length)] ?? '') : (words[random(words.length)] ?? '');
  const action = `{{ ${words[random(words.length)] ?? ''} ${other} }}`;
  const changes = [[other], [other], [parts[at] ?? '', ' ', other], [], [action], [parts[at] ?? '', action]];
  parts.splice(at, 1, ...(changes[random(changes.length)] ?? []));
  return Buffer.from(parts.join(''), 'latin1');
}
