import type { Schema } from './protobuf.ts';

// The messages of opentelemetry/proto/collector/*/v1, as far as they are sent; names as in their JSON form.
const anyValue: Schema = {
  stringValue: [1, 'string'],
  boolValue: [2, 'bool'],
  arrayValue: [5, () => ({ values: [1, () => anyValue] })],
};
const keyValue: Schema = { key: [1, 'string'], value: [2, () => anyValue] };
const resource: Schema = { attributes: [1, () => keyValue] };
const scope: Schema = { name: [1, 'string'], version: [2, 'string'] };

const logRecord: Schema = {
  timeUnixNano: [1, 'fixed64'],
  severityNumber: [2, 'varint'],
  severityText: [3, 'string'],
  body: [5, () => anyValue],
  attributes: [6, () => keyValue],
  observedTimeUnixNano: [11, 'fixed64'],
};
const span: Schema = {
  traceId: [1, 'hex'],
  spanId: [2, 'hex'],
  name: [5, 'string'],
  kind: [6, 'varint'],
  startTimeUnixNano: [7, 'fixed64'],
  endTimeUnixNano: [8, 'fixed64'],
  attributes: [9, () => keyValue],
  events: [11, () => ({ timeUnixNano: [1, 'fixed64'], name: [2, 'string'] })],
  flags: [16, 'fixed32'],
};
const dataPoint: Schema = {
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  asInt: [6, 'fixed64'],
  attributes: [7, () => keyValue],
};
const sum: Schema = {
  dataPoints: [1, () => dataPoint],
  aggregationTemporality: [2, 'varint'],
  isMonotonic: [3, 'bool'],
};
const metric: Schema = { name: [1, 'string'], description: [2, 'string'], sum: [7, () => sum] };

/** A request: things of a kind, grouped by resource and scope. */
function request(resources: string, scopes: string, items: string, item: Schema): Schema {
  const inScope: Schema = { scope: [1, () => scope], [items]: [2, () => item] };
  const inResource: Schema = {
    resource: [1, () => resource],
    [scopes]: [2, () => inScope],
    schemaUrl: [3, 'string'],
  };
  return { [resources]: [1, () => inResource] };
}

export const otlpSchemas = {
  logs: request('resourceLogs', 'scopeLogs', 'logRecords', logRecord),
  traces: request('resourceSpans', 'scopeSpans', 'spans', span),
  metrics: request('resourceMetrics', 'scopeMetrics', 'metrics', metric),
} as const;

export type OtlpSignal = keyof typeof otlpSchemas;
