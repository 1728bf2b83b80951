import { isoText, clockText } from '../render/time.ts';
import { type JsonValue, jsonText } from './json.ts';

/** What happened, as Falco tells it. All texts are printable Unicode text. */
export interface Alert {
  /** ns since 1970. */
  readonly ts: bigint;
  readonly rule: string;
  /** Long name with a capital, such as `Warning`. */
  readonly priority: string;
  readonly source: string;
  readonly hostname: string;
  /** The whole line: time, priority and message. Left out of JSON when absent. */
  readonly output?: string;
  readonly message?: string;
  readonly fields?: Readonly<Record<string, JsonValue>>;
  /** Sorted. */
  readonly tags?: readonly string[];
}

/** The alert in Falco's JSON: one line, keys in alphabetical order. */
export function alertJson(alert: Alert): string {
  const { hostname, message, output, fields, priority, rule, source, tags } = alert;
  return jsonText({
    hostname,
    ...(message !== undefined && { message }),
    ...(output !== undefined && { output }),
    ...(fields !== undefined && { output_fields: fields }),
    priority,
    rule,
    source,
    ...(tags !== undefined && { tags }),
    time: `${isoText(...halves(alert.ts))}Z`,
  });
}

/**
 * The line of an alert about Falco itself, such as lost events: its message in `output`, its fields behind it in
 * parentheses. `utcOffsetS`: seconds that local time is ahead of UTC.
 */
export function formatInternalAlertText(alert: Alert, utcOffsetS = 0): string {
  const fields = Object.entries(alert.fields ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const list = fields.map(([name, value]) => `${name}=${jsonText(value)}`).join(' ');
  return `${clockText(...halves(alert.ts), utcOffsetS)}: ${alert.priority} ${alert.output ?? ''} (${list})`;
}

function halves(ns: bigint): [hi: number, lo: number] {
  return [Number(BigInt.asUintN(32, ns >> 32n)), Number(BigInt.asUintN(32, ns))];
}
