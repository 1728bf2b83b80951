import { type LineageProcess, type NewAlert, parseExactJson } from '@lanner/api';

const maxLength = 65_536;
const maxFacts = 512;
const maxProcesses = 32;
const maxLeaves = 64;

/**
 * What an alert of an own sensor has inside, as `insideReader` of the engine writes it. What has another form is left
 * out: the alert itself is worth more than what it might have been judged by later.
 */
export function decodeInside(text: string | null): Pick<NewAlert, 'facts' | 'lineage' | 'matched'> {
  const inside = text === null || text.length > maxLength ? null : parsed(text);
  if (inside === null) {
    return {};
  }
  const { facts, lineage, matched } = inside;
  return {
    ...(isRecord(facts) ? { facts: factsOf(facts) } : {}),
    ...(Array.isArray(lineage)
      ? { lineage: lineage.slice(0, maxProcesses).filter(isRecord).map(processOf) }
      : {}),
    ...(Array.isArray(matched) ? { matched: matched.slice(0, maxLeaves).filter(isText) } : {}),
  };
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value = parseExactJson(text);
    return isRecord(value) ? value : null;
  } catch {
    // No JSON: whoever sent it is no sensor of ours.
    return null;
  }
}

function factsOf(facts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts)
      .slice(0, maxFacts)
      .filter(([, value]) => isScalar(value) || (Array.isArray(value) && value.every(isScalar))),
  );
}

function processOf(entry: Record<string, unknown>): LineageProcess {
  const { name, exe, args, pid, startTimeNs } = entry;
  return {
    name: textOf(name),
    exe: textOf(exe),
    args: textOf(args),
    pid: typeof pid === 'number' ? pid : -1,
    startTimeNs: /^\d{1,20}$/.test(textOf(startTimeNs)) ? textOf(startTimeNs) : '',
  };
}

function textOf(value: unknown): string {
  return isText(value) ? value : '';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
