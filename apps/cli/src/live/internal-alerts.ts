import {
  type Alert,
  alertJson,
  eventTable,
  formatInternalAlertText,
  fromByteString,
  type JsonValue,
} from '@lanner/engine';
import { blindRule } from '@lanner/api';
import type { AlertMessage } from '@lanner/hub';
import type { BlindInterval } from './blind.ts';

/** How messages of the product itself are printed: like alerts, of source internal. */
export interface InternalPrinting {
  readonly json: boolean;
  readonly hostname: string;
  readonly utcOffsetS: number;
}

const priorities = { Warning: 4, Debug: 7 } as const;

export interface InternalMessage {
  readonly ts: bigint;
  readonly rule: string;
  readonly priority: keyof typeof priorities;
  readonly output: string;
  readonly fields: Readonly<Record<string, JsonValue>>;
}

export function internalMessage(
  { ts, rule, priority, output, fields }: InternalMessage,
  { json, hostname, utcOffsetS }: InternalPrinting,
): AlertMessage {
  const alert: Alert = { ts, rule, priority, source: 'internal', hostname, output, fields: { ...fields } };
  return {
    line: json ? alertJson(alert) : formatInternalAlertText(alert, utcOffsetS),
    priority: priorities[priority],
  };
}

/** Says which rules could not see what, and when. */
export function blindMessage({ fromNs, toNs, rules, lost }: BlindInterval): InternalMessage {
  let total = 0;
  for (const [, count] of lost) {
    total += count;
  }
  const byType = Object.fromEntries(
    lost.map(([type, count]) => [`blind.lost.${eventTable[type]?.name ?? type}`, String(count)]),
  );
  return {
    ts: toNs,
    rule: blindRule,
    priority: 'Warning',
    output: `Lanner internal: blind interval. ${rules.length} rules could not see ${total} events.`,
    fields: {
      'blind.from': fromNs,
      'blind.to': toNs,
      'blind.rules': rules.map(fromByteString),
      'blind.lost': String(total),
      ...byType,
    },
  };
}
