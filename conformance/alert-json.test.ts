import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Alert, alertJson, type JsonValue } from '@lanner/engine';

const folder = new URL('../../shared/oracle/falco/golden/', import.meta.url);
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.includes('.alerts-')) : [];

describe.skipIf(files.length === 0)('alerts of the real Falco (needs ../shared)', () => {
  test.each(files)('%s is written in the same bytes', (name) => {
    const lines = readFileSync(new URL(name, folder), 'utf8').trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(alertJson(parseAlert(line))).toBe(line);
    }
  });
});

function parseAlert(line: string): Alert {
  const parsed = JSON.parse(line, exactNumber) as Record<string, JsonValue> & {
    output_fields: Record<string, JsonValue>;
  };
  const fields = parsed.output_fields;
  return {
    ts: fields['evt.time'] as bigint,
    rule: parsed['rule'] as string,
    priority: parsed['priority'] as string,
    source: parsed['source'] as string,
    hostname: parsed['hostname'] as string,
    output: parsed['output'] as string,
    fields,
    tags: parsed['tags'] as string[],
  };
}

function exactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value)
    ? BigInt(context?.source ?? value)
    : value;
}
