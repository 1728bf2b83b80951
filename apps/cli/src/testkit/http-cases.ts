import type { SeededRandom } from '@lanner/hub/testkit';
import { type HttpCase, soundCases } from './http-seeds.ts';

/** Texts that mean something to a database, a terminal, a header, a log, a template, a parser. */
const hostileTexts: readonly string[] = [
  "' OR 1=1 --",
  `"; DROP TABLE alerts; --`,
  "x' UNION SELECT secret FROM documents --",
  '" OR "a"*',
  'NEAR(a b, 3) AND alerts MATCH *',
  '%_[^a]*?',
  'a\r\nx-injected: yes',
  'a\nerror: something=else',
  '\u001b]0;owned\u0007\u001b[2J',
  '{{ .rule }}{{ printf "%s" . }}',
  '{{ range $x := . }}{{ end',
  '${7*7}#{7*7}<%= 7*7 %>',
  '<script>alert(1)</script>',
  '../../../../etc/passwd',
  '__proto__',
  'constructor',
  '\u0000\uffff\ud800',
  '‮\u2028\u2029',
  'x'.repeat(9000),
  '9'.repeat(400),
  '-1',
  '1e999',
  'NaN',
  '2026-13-45T99:99:99Z',
  '',
];
const hostileValues: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  2 ** 53,
  Number.MAX_VALUE,
  [],
  {},
  [[[[[[[[1]]]]]]]],
  { __proto__x: { a: 1 } },
  Array.from({ length: 300 }, (_, i) => i),
];
const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'BREW'];
const headerNames = [
  'authorization',
  'content-type',
  'cookie',
  'accept',
  'host',
  'origin',
  'x-forwarded-for',
  'x-request-id',
  'user-agent',
  'range',
  'if-none-match',
  'accept-encoding',
];

/** The same request with one to four changes. */
export function mutated(base: HttpCase, random: SeededRandom): HttpCase {
  let result = base;
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    result = { ...result, ...change(result, random) };
  }
  return result;
}

function change(request: HttpCase, random: SeededRandom): Partial<HttpCase> {
  const { path, query, parameters, headers, body } = request;
  switch (random.below(10)) {
    case 0:
      return { method: random.pick(methods) };
    case 1:
      return { path: `${path}/${encoded(hostile(random), random)}` };
    case 2:
      return { path: path.replace(/one|rule|tags/, encoded(hostile(random), random)) };
    case 3:
      return { query: [...query, [nameOf(random.pick(allParameters)), hostile(random)]] };
    case 4:
      return { query: [...query, ...(parameters.length === 0 ? [] : [random.pick(parameters)])] };
    case 5:
      return { query: [...query, random.pick(allParameters), [hostile(random), hostile(random)]] };
    case 6:
      return { headers: [...headers, [random.pick(headerNames), headerText(hostile(random))]] };
    default:
      return { body: changedValue(body, random, 0) };
  }
}

const allParameters = [
  ...new Map([...soundCases().flatMap(({ parameters }) => parameters)]).entries(),
] as const;

function nameOf([name]: readonly [string, string]): string {
  return name;
}

function hostile(random: SeededRandom): string {
  const text = random.pick(hostileTexts);
  return random.below(3) === 0 ? `${text}${random.pick(hostileTexts)}` : text;
}

/** Sometimes as it is: what is no URL is for the server to refuse. */
function encoded(text: string, random: SeededRandom): string {
  return random.below(8) === 0 ? text.replace(/[ \p{Cc}]/gu, '+') : encodeURIComponent(text.toWellFormed());
}

// Line breaks would end the header: those come by bytes that are changed at random.
function headerText(text: string): string {
  return text.replace(/[\r\n]/g, '\t');
}

/** Changes one value somewhere inside, or adds or takes a member. */
function changedValue(value: unknown, random: SeededRandom, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > 6 || random.below(12) === 0) {
    return random.below(2) === 0 ? hostile(random) : random.pick(hostileValues);
  }
  if (Array.isArray(value)) {
    const items = [...(value as unknown[])];
    items[random.below(items.length + 1)] = changedValue(items[0], random, depth + 1);
    return items;
  }
  const entries = Object.entries(value);
  const at = random.below(entries.length + 1);
  const [name = hostile(random), old] = entries[at] ?? [];
  if (random.below(8) === 0) {
    return Object.fromEntries(entries.filter((_, i) => i !== at));
  }
  const changed = changedValue(old, random, depth + 1);
  return Object.fromEntries([...entries.filter((_, i) => i !== at), [name, changed]]);
}
