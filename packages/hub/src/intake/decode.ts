import { type FalcoEvent, parseExactJson, type PriorityName, priorityNames } from '@lanner/api';
import { AppError } from '@lanner/core';
import { GoTime } from '../lib/go-time.ts';

/** An event as it was sent, before the server adds to it. */
export type ReceivedEvent = Omit<FalcoEvent, 'uuid'> & { readonly timeUs: number };

const byName = new Map<string, PriorityName>([
  ...priorityNames.map((name) => [name.toLowerCase(), name] as const),
  ['info', 'Informational'],
]);

/** Name of a priority in any case, `info` included; undefined for anything else. */
export function priorityOf(text: string): PriorityName | undefined {
  return byName.get(text.toLowerCase());
}

/**
 * Reads what Falco and falcosidekick send, as Go reads JSON into a structure: names of members in any case, null as if
 * it were not there, what follows the first value and unknown members passed over. Throws AppError 'alert.invalid';
 * whether there are output fields is for the caller to check, as it may add some.
 */
export function decodeEvent(body: string): ReceivedEvent {
  const record = parse(body);
  const priority = priorityOf(textOf(record, 'priority'));
  if (priority === undefined) {
    throw invalid('priority is none of Falco’s');
  }
  const rule = textOf(record, 'rule');
  if (rule === '') {
    throw invalid('rule is empty');
  }
  const time = textOf(record, 'time');
  const timeUs = microseconds(time);
  if (timeUs === null) {
    throw invalid('time is no time of RFC 3339');
  }
  const tags = tagsOf(record['tags']);
  // Another is given, but falcosidekick refuses what is no text.
  textOf(record, 'uuid');
  const hostname = textOf(record, 'hostname');
  return {
    output: textOf(record, 'output'),
    priority,
    rule,
    // As Go writes it.
    time: new GoTime(time).rfc3339Nano(),
    timeUs,
    // Rules of the test are not the kernel's.
    source: rule === testRule ? 'internal' : textOf(record, 'source') || 'syscalls',
    output_fields: fieldsOf(record['output_fields']),
    ...(tags.length === 0 ? {} : { tags }),
    ...(hostname === '' ? {} : { hostname }),
  };
}

/** The rule of alerts that only try whether everything works. */
export const testRule = 'Test rule';

function parse(body: string): Readonly<Record<string, unknown>> {
  const value = parseFirst(body);
  if (!isRecord(value)) {
    throw invalid('the body is no JSON object');
  }
  // Without a prototype, which a member could set.
  const record = Object.create(null) as Record<string, unknown>;
  for (const [name, member] of Object.entries(value)) {
    if (member !== null) {
      record[name.toLowerCase()] = member;
    }
  }
  return record;
}

function parseFirst(text: string): unknown {
  const body = wellFormed(text);
  try {
    return parseExactJson(body);
  } catch (error) {
    const end = endOfObject(body);
    if (end === null) {
      throw invalid('the body is no JSON', error);
    }
    try {
      return parseExactJson(body.slice(0, end));
    } catch (nested) {
      throw invalid('the body is no JSON', nested);
    }
  }
}

const escapedSurrogate = /\\u[dD][89a-fA-F]/;

/** Escaped halves of pairs become U+FFFD, which every destination and index can take. */
function wellFormed(body: string): string {
  return escapedSurrogate.test(body)
    ? body.replace(
        /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[dD][89a-fA-F][\da-fA-F]{2}|.)/gs,
        (escape) => (escape.length === 6 && escapedSurrogate.test(escape) ? '\\ufffd' : escape),
      )
    : body;
}

/** Where the object with which a text begins ends, when something follows it; null otherwise. */
function endOfObject(text: string): number | null {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    depth += token === '{' ? 1 : token === '}' ? -1 : 0;
    if (depth <= 0) {
      return token === '}' && index + 1 < text.length ? index + 1 : null;
    }
  }
  return null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(record: Readonly<Record<string, unknown>>, key: string): string {
  const value = record[key] ?? '';
  if (typeof value !== 'string') {
    throw invalid(`${key} is no text`);
  }
  return value;
}

function tagsOf(value: unknown): string[] {
  if (value === undefined) {
    return [];
  }
  if (!Array.isArray(value) || !value.every((tag) => tag === null || typeof tag === 'string')) {
    throw invalid('tags is no list of texts');
  }
  return value.map((tag: string | null) => tag ?? '');
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined) {
    return {};
  }
  if (!isRecord(value)) {
    throw invalid('output_fields is no object');
  }
  return value;
}

const timeForm = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;

/** Microseconds since the epoch of a time of RFC 3339; null when it is none, or Go's zero time. */
export function microseconds(time: string): number | null {
  const match = timeForm.exec(time);
  if (match === null) {
    return null;
  }
  const seconds = Date.parse(`${time.slice(0, 19)}Z`) / 1000;
  const [, , month = '', day = ''] = match;
  // Date.parse takes the 31st of any month.
  if (Number.isNaN(seconds) || new Date(seconds * 1000).toISOString().slice(5, 10) !== `${month}-${day}`) {
    return null;
  }
  const [sign, hours = '0', minutes = '0'] = match.slice(8);
  const offsetS = (Number(hours) * 60 + Number(minutes)) * 60 * (sign === '-' ? -1 : 1);
  const us = Number((match[7] ?? '').padEnd(6, '0').slice(0, 6));
  const result = (seconds - offsetS) * 1_000_000 + us;
  return result === zeroTimeUs ? null : result;
}

const zeroTimeUs = Date.parse('0001-01-01T00:00:00Z') * 1000;

function invalid(reason: string, cause?: unknown): AppError {
  return new AppError('alert.invalid', reason, {
    ...(cause === undefined ? {} : { cause }),
    hint: 'Send what Falco writes with json_output: true.',
  });
}
