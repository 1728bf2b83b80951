import { AppError, percentDecoded } from '@lanner/core';
import type { DestinationEffects, DestinationSettings } from '../destination.ts';
import { openGrpcCaller } from './grpc.ts';
import { openHttpClient, readHeaders, readUrl } from './http-client.ts';
import { otlpSchemas, type OtlpSignal } from './otlp-schemas.ts';
import { protobuf } from './protobuf.ts';

export interface OtlpValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values: readonly OtlpValue[] };
}

export interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

export function attribute(key: string, value: string | boolean | readonly string[]): OtlpAttribute {
  if (typeof value === 'string') {
    return { key, value: { stringValue: value } };
  }
  return typeof value === 'boolean'
    ? { key, value: { boolValue: value } }
    : { key, value: { arrayValue: { values: value.map((stringValue) => ({ stringValue })) } } };
}

export interface OtlpExporter {
  /** Sends things of one scope. Throws AppError 'output.failed', 'output.timeout' or 'output.rejected'. */
  readonly send: (scope: string, items: readonly object[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

const members = {
  logs: { resources: 'resourceLogs', scopes: 'scopeLogs', items: 'logRecords', service: 'LogsService' },
  traces: { resources: 'resourceSpans', scopes: 'scopeSpans', items: 'spans', service: 'TraceService' },
  metrics: {
    resources: 'resourceMetrics',
    scopes: 'scopeMetrics',
    items: 'metrics',
    service: 'MetricsService',
  },
} as const;

/** What falcosidekick says of itself: the metrics' version lacks a letter there. */
const versions = { logs: 'v0.1.0', traces: 'v0.1.0', metrics: '0.1.0' } as const;
/** Of the settings. */
const defaultTimeoutMs = 10_000;
const schemaUrl = 'https://opentelemetry.io/schemas/1.23.1';

/**
 * An exporter for one signal, over HTTP with Protocol Buffers or JSON, or over gRPC. The address is taken as it stands:
 * for HTTP it has a path such as /v1/logs. Headers and compression may also come as OTEL_EXPORTER_OTLP_* variables.
 */
export async function openOtlp(
  signal: OtlpSignal,
  settings: DestinationSettings,
  effects: DestinationEffects,
): Promise<OtlpExporter> {
  const key = `otlp.${signal}`;
  const url = readUrl(`${key}.endpoint`, settings.text('endpoint').trim());
  const headers = readOtlpHeaders(signal, settings, effects);
  const { resources, scopes, items, service } = members[signal];
  const call = await openCall(signal, settings, effects, {
    url,
    headers,
    service: `/opentelemetry.proto.collector.${signal === 'traces' ? 'trace' : signal}.v1.${service}/Export`,
  });
  return {
    send: (scope, things) =>
      call.send({
        [resources]: [
          {
            resource: {
              attributes: [
                attribute('service.name', 'falco'),
                attribute('service.version', versions[signal]),
              ],
            },
            [scopes]: [{ scope: { name: scope }, [items]: things }],
            schemaUrl,
          },
        ],
      }),
    close: call.close,
  };
}

interface Call {
  readonly send: (request: object) => Promise<void>;
  readonly close: () => Promise<void>;
}

async function openCall(
  signal: OtlpSignal,
  settings: DestinationSettings,
  effects: DestinationEffects,
  to: { readonly url: URL; readonly headers: Record<string, string>; readonly service: string },
): Promise<Call> {
  const protocol = settings.text('protocol').trim().toLowerCase() || 'http/protobuf';
  const wishedMs = settings.number('timeout');
  const timeoutMs = wishedMs > 0 && wishedMs !== defaultTimeoutMs ? wishedMs : effects.timeoutMs;
  const secrets = Object.values(to.headers);
  if (protocol === 'grpc') {
    const caller = await openGrpcCaller(settings, effects, { ...to, timeoutMs, secrets });
    return { send: (request) => caller.call(protobuf(request, otlpSchemas[signal])), close: caller.close };
  }
  if (protocol !== 'http/protobuf' && protocol !== 'http/json') {
    throw new AppError('config.invalid', `otlp.${signal}.protocol: there is no ${JSON.stringify(protocol)}`, {
      hint: 'Take http/protobuf, http/json or grpc.',
    });
  }
  const client = await openHttpClient(settings, effects, {
    secrets,
    timeoutMs,
    checkCert: settings.flag('checkcert'),
    mutualTls: false,
  });
  const gzip =
    variable(signal, 'COMPRESSION', settings, effects) === 'gzip' ? await import('node:zlib') : null;
  return {
    async send(request) {
      const plain =
        protocol === 'http/json'
          ? Buffer.from(JSON.stringify(request))
          : protobuf(request, otlpSchemas[signal]);
      await client.deliver({
        url: to.url,
        headers: {
          'content-type': protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
          ...(gzip === null ? {} : { 'content-encoding': 'gzip' }),
          ...to.headers,
        },
        body: gzip === null ? plain : gzip.gzipSync(plain),
      });
    },
    close: client.close,
  };
}

/** A variable of the signal, or else of all signals; those of the settings come before those of the environment. */
function variable(
  signal: OtlpSignal,
  name: string,
  settings: DestinationSettings,
  { environment }: DestinationEffects,
): string {
  const extra = settings.map('extraenvvars');
  const names = [`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`, `OTEL_EXPORTER_OTLP_${name}`];
  return names.map((each) => extra[each] ?? environment(each) ?? '').find((value) => value !== '') ?? '';
}

/** `name=value,name=value`, percent-encoded. */
function readOtlpHeaders(
  signal: OtlpSignal,
  settings: DestinationSettings,
  effects: DestinationEffects,
): Record<string, string> {
  const text = settings.text('headers') || variable(signal, 'HEADERS', settings, effects);
  const pairs = text
    .split(',')
    .map((pair) => /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair))
    .filter((match) => match !== null)
    .map(([, name = '', value = '']) => [name.toLowerCase(), percentDecoded(value)] as const);
  return readHeaders(`otlp.${signal}.headers`, Object.fromEntries(pairs));
}
