import type { HttpRig } from '../rig.ts';

interface Request {
  readonly resourceLogs: {
    scopeLogs: { logRecords: { body: { stringValue: string } }[] }[];
  }[];
}

export const rig: HttpRig = {
  over: 'http',
  secrets: ['otlp-header-secret'],
  settings: (base) => ({
    endpoint: `${base}/v1/logs`,
    protocol: 'http/json',
    headers: 'authorization=Bearer%20otlp-header-secret',
  }),
  outputs: ({ body }) =>
    (JSON.parse(body) as Request).resourceLogs.flatMap(({ scopeLogs }) =>
      scopeLogs.flatMap(({ logRecords }) => logRecords.map((record) => record.body.stringValue)),
    ),
};
