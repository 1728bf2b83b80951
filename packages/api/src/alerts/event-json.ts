import type { FalcoEvent } from './falco-event.ts';

/** JSON in which bigints are written as numbers. */
export function exactJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_key, member: unknown) => (typeof member === 'bigint' ? rawJson(String(member)) : member),
    indent,
  );
}

/**
 * Reads JSON; whole numbers that a double cannot hold become bigints, and what is larger than any double stays a text.
 * Throws SyntaxError.
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, reviveExactly);
}

/** An event as JSON, members in falcosidekick's order. */
export function eventJson(event: FalcoEvent): string {
  const { uuid, output, priority, rule, time, source, output_fields, tags, hostname } = event;
  return exactJson({
    uuid,
    output,
    priority,
    rule,
    time,
    output_fields,
    source,
    ...(tags === undefined || tags.length === 0 ? {} : { tags }),
    ...(hostname === undefined || hostname === '' ? {} : { hostname }),
  });
}

// The library of the compiler does not know these two parts of JavaScript yet.
const rawJson = (JSON as unknown as { readonly rawJSON: (text: string) => unknown }).rawJSON;

function reviveExactly(
  this: unknown,
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) {
    return value;
  }
  if (/^-?\d{16,40}$/.test(source)) {
    return BigInt(source);
  }
  // Written again, infinity would be null.
  return Number.isFinite(value) ? value : source;
}
