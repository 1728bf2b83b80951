import { apiRoutes, type Route } from '@lanner/api/http';
import type { SeededRandom } from '@lanner/hub/testkit';

/** A request whose parts can be changed one by one. */
export interface HttpCase {
  readonly port: 'api' | 'intake';
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: unknown;
}

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

const event = {
  output: '10:00:00.000000000: Error Shell in container',
  priority: 'Error',
  rule: 'Shell in container',
  time: '2026-01-01T10:00:00.123456789Z',
  source: 'syscall',
  hostname: 'n1',
  tags: ['container', 'T1059'],
  output_fields: { 'proc.name': 'sh', 'fd.name': '/etc/shadow', 'evt.time': 1, 'k8s.ns.name': 'shop' },
};
const exception = { rule: 'Shell', name: 'x', fields: ['fd.name'], comps: ['='], values: [['/a']] };
const ruleText =
  '- rule: Shell\n  desc: d\n  condition: evt.type = execve\n  output: o %proc.name\n  priority: ERROR\n';
/** What routes want in their bodies; the others want none. */
const bodies: Readonly<Record<string, unknown>> = {
  signIn: { name: 'ada', password: 'correct horse battery' },
  setUp: { secret: 'x', name: 'ada', password: 'correct horse battery' },
  changePassword: { current: 'x', next: 'correct horse battery' },
  createUser: { name: 'ada', role: 'view', password: 'correct horse battery' },
  changeUser: { role: 'triage' },
  triageAlerts: { kind: 'comment', text: 'seen' },
  createSavedView: { name: 'one', place: '/events?rule=Shell', isShared: true },
  createSilence: { conditions: { rule: ['Shell'] }, reason: 'known', expiresMs: 4e12 },
  previewException: exception,
  saveException: exception,
  switchRule: { enabled: false },
  checkRules: { text: ruleText },
  tryRule: { text: ruleText, rule: 'Shell', from: '24h', all: true },
  saveRules: { text: ruleText, revision: 'x' },
  acceptRisk: { id: 'CVE-1', reason: 'x', untilMs: null },
  replayDeadLetters: { ids: [1] },
  forgetDeadLetters: { ids: [1] },
  createToken: { name: 'a', scopes: ['view'], expiresMs: null },
};
const queries: readonly (readonly [string, string])[] = [
  ['q', 'shadow'],
  ['rule', 'Shell in container'],
  ['from', '24h'],
  ['to', '1h'],
  ['limit', '5'],
  ['cursor', 'abc'],
  ['min_priority', 'Warning'],
  ['not.namespace', 'shop'],
  ['facets', 'rule,priority'],
  ['by', 'priority'],
  ['buckets', '4'],
  ['filter', 'shadow'],
  ['since', '1h'],
  ['page', '2'],
  ['pretty', 'true'],
];

/** A sound request for every route, the paths of falcosidekick-ui and the intake. */
export function soundCases(): HttpCase[] {
  const json = [['content-type', 'application/json']] as const;
  const ofRoutes = Object.entries<Route>(apiRoutes).map(([name, { method, path }]): HttpCase => ({
    port: 'api',
    method: method.toUpperCase(),
    path: path.replace(/:\w+/g, 'one'),
    query: [],
    headers: json,
    body: method === 'get' ? undefined : (bodies[name] ?? {}),
  }));
  const ui = ['count', 'count/rule', 'count/tags', 'search'].map((path): HttpCase => ({
    port: 'api',
    method: 'GET',
    path: `/api/v1/events/${path}`,
    query: [],
    headers: [],
    body: undefined,
  }));
  const intake = ['/', '/any/path', '/test', '/ping', '/healthz'].map((path): HttpCase => ({
    port: 'intake',
    method: 'POST',
    path,
    query: [],
    headers: json,
    body: event,
  }));
  const added: HttpCase = {
    port: 'api',
    method: 'POST',
    path: '/api/v1/events/add',
    query: [],
    headers: json,
    body: { event, outputs: [] },
  };
  // The intake takes most of what comes.
  return [...ofRoutes, ...ui, ...intake, ...intake, added];
}

/** The same request with one to four changes. */
export function mutated(base: HttpCase, random: SeededRandom): HttpCase {
  let result = base;
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    result = { ...result, ...change(result, random) };
  }
  return result;
}

function change(request: HttpCase, random: SeededRandom): Partial<HttpCase> {
  const { path, query, headers, body } = request;
  switch (random.below(10)) {
    case 0:
      return { method: random.pick(methods) };
    case 1:
      return { path: `${path}/${encoded(hostile(random), random)}` };
    case 2:
      return { path: path.replace(/one|rule|tags/, encoded(hostile(random), random)) };
    case 3:
    case 4:
      return { query: [...query, [random.pick(queries)[0], hostile(random)]] };
    case 5:
      return { query: [...query, random.pick(queries), [hostile(random), hostile(random)]] };
    case 6:
      return { headers: [...headers, [random.pick(headerNames), headerText(hostile(random))]] };
    default:
      return { body: changedValue(body, random, 0) };
  }
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
