import { agentPaths, agentProtocol, batchRecord, protocolHeader, spoolHeader } from '@lanner/api';
import { apiRoutes, type Route } from '@lanner/api/http';
import { requiredOf, soundValue, type UsualTexts } from '@lanner/api/testkit';

export type HttpPort = 'api' | 'intake' | 'agents';

/** A request whose parts can be changed one by one. */
export interface HttpCase {
  readonly port: HttpPort;
  readonly method: string;
  readonly path: string;
  readonly query: Pairs;
  /** What else it may ask with. */
  readonly parameters: Pairs;
  readonly headers: Pairs;
  readonly body: unknown;
}

type Pairs = readonly (readonly [name: string, value: string])[];

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
const ruleText =
  '- rule: Shell\n  desc: d\n  condition: evt.type = execve\n  output: o %proc.name\n  priority: ERROR\n';
/** What routes want under these names; where they want no more than a text, it is `one`. */
const usual: UsualTexts = {
  text: ruleText,
  rule: 'Shell',
  name: 'ada',
  password: 'correct horse battery',
  next: 'correct horse battery',
  place: '/events?rule=Shell',
  from: '24h',
  to: '1h',
  since: '24h',
  as_of: '1h',
  at: '1h',
  trend_from: '30d',
  kind: 'vulnerability',
  severity: 'HIGH',
};
/** A cursor is what the server gave: one of its own would only be refused. */
const leftOut = new Set(['cursor']);
/** What falcosidekick-ui asks with. */
const sidekickQuery: Pairs = [
  ['filter', 'shadow'],
  ['since', '1h'],
  ['priority', 'Error'],
  ['limit', '5'],
  ['page', '2'],
  ['pretty', 'true'],
];

/** Stand for state and cookie of the sign-in that was begun last. */
export const placeholders = { state: '@state@', cookie: '@cookie@' } as const;

const json: Pairs = [['content-type', 'application/json']];

/** Every parameter that a route takes, with a value that it takes. */
export function parametersOf({ query }: Pick<Route, 'query'>): Pairs {
  // The schema of a query is one of an object.
  return Object.entries(soundValue(query, usual) as Record<string, unknown>)
    .filter(([name]) => !leftOut.has(name))
    .map(([name, value]) => [name, String(value)]);
}

/** A sound request for every route of the API. */
function routeCases(): HttpCase[] {
  return Object.values<Route>(apiRoutes).map((route): HttpCase => {
    const parameters = parametersOf(route);
    const required = requiredOf(route.query);
    return {
      port: 'api',
      method: route.method.toUpperCase(),
      path: route.path.replace(/:\w+/g, 'one'),
      query: parameters.filter(([name]) => required.includes(name)),
      parameters,
      headers: json,
      body: route.method === 'get' ? undefined : soundValue(route.body, usual),
    };
  });
}

function apiCase(path: string, further: Partial<HttpCase> = {}): HttpCase {
  return {
    ...{ port: 'api', method: 'GET', path, query: [], parameters: [], headers: [], body: undefined },
    ...further,
  };
}

/** Addresses of the page's port that no schema tells of. */
function furtherCases(): HttpCase[] {
  const sidekick = ['', '/priority', '/rule', '/source', '/tags', '/hostname'].map((by) =>
    apiCase(`/api/v1/events/count${by}`, { parameters: sidekickQuery }),
  );
  const added = ['/', '/api/v1/', '/api/v1/events/add'].map((path) =>
    apiCase(path, { method: 'POST', headers: json, body: { event, outputs: [] } }),
  );
  const signIn: HttpCase[] = [
    apiCase('/auth/oidc/start', { parameters: [['to', '/events?rule=Shell']] }),
    apiCase('/auth/oidc/callback', {
      query: [
        ['state', placeholders.state],
        ['code', 'one'],
      ],
      parameters: [
        ['iss', 'http://127.0.0.1'],
        ['error', 'access_denied'],
      ],
      headers: [['cookie', placeholders.cookie]],
    }),
  ];
  return [
    ...sidekick,
    apiCase('/api/v1/events/search', { parameters: sidekickQuery }),
    ...added,
    ...signIn,
    apiCase('/api/v1/openapi.json'),
    apiCase('/api/v1/alerts/stream', { parameters: [['rule', 'Shell']], headers: [['last-event-id', '0']] }),
    ...['/', '/events', '/assets/page.js'].map((path) => apiCase(path)),
  ];
}

function intakeCases(): HttpCase[] {
  const paths = ['/', '/any/path', '/test', '/ping', '/healthz', '/metrics'];
  return paths.map((path) => ({
    ...{ port: 'intake', path, query: [], parameters: [], headers: json, body: event },
    method: path === '/metrics' ? 'GET' : 'POST',
  }));
}

const rulesThere = { revision: 'one', unmatched: 0, refused: { revision: 'two', reason: 'line 1: no' } };
const health = {
  ...{ version: '1.0.0', startedMs: 1, sensor: 'running', events: 1, drops: 0, alertsLost: 0 },
  ...{ blindRules: 0, blindSeconds: 0, notes: ['a note'], rules: rulesThere },
  spool: {
    ...{ waiting: 0, bytes: 0, oldestMs: null, droppedBySize: 0, droppedByAge: 0, damaged: 0 },
    refused: 0,
  },
};
const findings = {
  artifact: { key: 'sha256:1', kind: 'image', names: ['web:1'], system: 'debian 12', packages: 1, notes: [] },
  findings: [
    {
      ...{ kind: 'vulnerability', id: 'CVE-1', package: 'pkg:deb/a@1', packageName: 'a', severity: 'HIGH' },
      ...{ installedVersion: '1', fixedVersion: '2', title: 't', epss: 0.5, kev: false, details: {} },
    },
  ],
  atMs: 1,
};

/** What agents ask of their port. */
function agentCases(): HttpCase[] {
  const own: Pairs = [
    [protocolHeader, String(agentProtocol)],
    [spoolHeader, '0123456789abcdef'],
  ];
  const batch = [
    batchRecord(1, 'alert', JSON.stringify(event)),
    batchRecord(2, 'findings', JSON.stringify(findings)),
    batchRecord(3, 'findings-part', JSON.stringify({ ...findings, part: { isLast: true, total: 1 } })),
  ];
  const bodies: Readonly<Record<keyof typeof agentPaths, unknown>> = {
    authority: undefined,
    enrol: { name: 'node-1', key: 'x', proof: 'x', version: '1.0.0' },
    renew: { key: 'x', proof: 'x' },
    batch: batch.join(''),
    heartbeat: health,
    rules: undefined,
  };
  return Object.entries(bodies).map(([name, body]) => ({
    ...{ port: 'agents', query: [], parameters: [], headers: own, body },
    method: body === undefined ? 'GET' : 'POST',
    // Of the same names.
    path: agentPaths[name as keyof typeof agentPaths],
  }));
}

/** A sound request for every route: of the API and its document, of the page, of the intake and for agents. */
export function soundCases(): HttpCase[] {
  // The intake takes most of what comes.
  return [...routeCases(), ...furtherCases(), ...intakeCases(), ...intakeCases(), ...agentCases()];
}
