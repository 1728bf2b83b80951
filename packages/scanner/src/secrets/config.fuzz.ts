import { sourceOf } from '../lib/source.ts';
import { changeLines } from '../formats/dpkg/dpkg.fuzz.ts';
import { type FuzzReport, fuzzParser, type Random } from '../testkit/fuzz.ts';
import { parseSecretConfig } from './config.ts';
import { SecretScanner } from './secret-scanner.ts';

/** Damaged files of own secret rules: refused, or used on a text to its end. */
export function fuzzSecretConfig(inputs: number, seed: number): FuzzReport {
  return fuzzParser(inputs, seed, {
    corpus: samples,
    maxReads: 2,
    change: (file, random) => (random(3) === 0 ? changeLines(file, random) : changeValue(file, random)),
    read(source) {
      const config = parseSecretConfig(source.read(0, source.size).toString('utf8'));
      for (const { startLine, endLine, match, code } of new SecretScanner(config).scan('app/.env', text)) {
        if (startLine < 1 || endLine < startLine || code.length === 0 || match === '') {
          throw new Error(`a finding at lines ${startLine} to ${endLine} shows '${match}'`);
        }
      }
    },
  });
}

const text = sourceOf(
  Buffer.from(`# \u00e9\u2028 a comment
team_token=shop-0123456789abcdef
aws_access_key_id = AKIAIOSFODNN7SAMPLES
-----BEGIN BLOCK-----
team_token: shop-${'f'.repeat(40)}
-----END BLOCK-----
`),
);

const samples = [
  `rules:
  - id: team-token
    category: shop
    title: Token of the shop's
    severity: high
    keywords: [shop-, "team_token"]
    regex: (?P<name>team_token)[=:]\\s*"?(?P<secret>shop-[0-9a-f]{16,})"?
    secret-group-name: secret
    path: \\.env$
    allow-rules:
      - id: tests
        description: not those
        path: ^test/
        regex: shop-0+
    exclude-block:
      description: marked blocks
      regexes: ["-----BEGIN [A-Z]+-----[^-]*-----END"]
disable-rules: [aws-access-key-id, github-pat]
disable-allow-rules:
- tests
skip-patterns: ["**/vendor/*.go", "a/[a-z]/{b,c}"]
`,
  `enable-builtin-rules: &all
  - aws-access-key-id
allow-rules:
  - {id: own, regex: "AKIA[0-9]+", path: 'etc/.*'}
exclude-block: {regexes: ['(?s)a.*?z', '\\Qx\\E[[:alpha:]\\]]']}
disable-rules: *all
rules: [{id: wide, regex: '.+', severity: LOW, keywords: []}, {id: empty, regex: 'x*|(?i:y)??$'}]
`,
].map((sample) => Buffer.from(sample));

/** Values of every kind, of which most are no sound pattern. */
const values = [
  ...[
    'null',
    '[]',
    '{}',
    '""',
    '0',
    '*all',
    '&all x',
    '!!binary aGk=',
    '[[[[]]]]',
    '{id: {}}',
    '? x',
    '|',
    '---',
  ],
  ...[
    "'('",
    "'[a-'",
    "'(a{1000}){1000}'",
    "'((((a*)*)*)*)*$'",
    "'(?P<secret>)|'",
    "'(?<secret>a)(?P<secret>b)'",
  ],
  ...[
    "'\\pL+\\b'",
    "'[^\\x00-\\x7f]'",
    "'(?i)é'",
    "'^$'",
    "'\\C'",
    "'(?=a)'",
    "'\\1'",
    "'{b'",
    "'[!'",
    "'**/**/**'",
  ],
];

/** The value of a line, or a part of a list, becomes another. */
function changeValue(file: Buffer, random: Random): Buffer {
  const parts = file.toString('latin1').split(/(\n|: |- |, |\[|\])/);
  const at = random(parts.length);
  const other = random(4) === 0 ? (parts[random(parts.length)] ?? '') : (values[random(values.length)] ?? '');
  parts.splice(at, 1, ...(random(8) === 0 ? [] : [other]));
  return Buffer.from(parts.join(''), 'latin1');
}
