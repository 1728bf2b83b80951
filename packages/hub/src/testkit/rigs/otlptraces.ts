import type { HttpRig } from '../rig.ts';

interface Request {
  readonly resourceSpans: { scopeSpans: { spans: { events: { name: string }[] }[] }[] }[];
}

export const rig: HttpRig = {
  over: 'http',
  secrets: ['otlp-header-secret'],
  settings: (base) => ({
    endpoint: `${base}/v1/traces`,
    protocol: 'http/json',
    headers: 'authorization=Bearer%20otlp-header-secret',
  }),
  outputs: ({ body }) =>
    (JSON.parse(body) as Request).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.flatMap(({ events }) => events.map(({ name }) => name))),
    ),
  // Other sources have no spans.
  hostile: { source: 'syscalls' },
};
