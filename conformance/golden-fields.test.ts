import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  compileRuleset,
  createFieldLookup,
  EventView,
  fieldClasses,
  loadRules,
} from '../packages/engine/src/index.ts';
import { alertWriter } from '../packages/engine/src/format/alert-writer.ts';
import { compileOutput } from '../packages/engine/src/format/output.ts';
import { latin1, replayCapture } from '../packages/sensor/src/index.ts';
import { StateTables } from '../packages/sensor/src/state/tables.ts';

type Line = Readonly<Record<string, unknown>>;

const shared = new URL('../../shared/', import.meta.url);
const goldens = new URL('oracle/falco/golden/', shared);
const captureFolders = ['oracle/falco/captures/', 'reference/falco/captures/'].map(
  (folder) => new URL(folder, shared),
);

const everyEvent = '- {rule: every, desc: d, condition: evt.num > 0, output: x, priority: DEBUG}';

/** True where Falco read memory that nobody has written, or that is left over (see known-differences.md). */
const strayMemory: Readonly<Record<string, (want: unknown, got: unknown) => boolean>> = {
  'proc.exe_ino.ctime_duration_proc_start': (want) => typeof want === 'number' && want < 2 ** 48,
  'proc.exe_ino.ctime_duration_pidns_start': (want) => typeof want === 'number' && want > 2 ** 63,
  'evt.buffer': (want, got) =>
    typeof want === 'string' &&
    typeof got === 'string' &&
    (want.startsWith(`${got}.`) || got.startsWith(want)),
};

describe.skipIf(!existsSync(goldens))('values of fields against Falco (needs ../shared)', () => {
  const names = existsSync(goldens)
    ? readdirSync(goldens)
        .filter((file) => file.endsWith('.fields.jsonl.gz'))
        .map((file) => file.replace('.fields.jsonl.gz', ''))
    : [];

  test.each(names)(
    '%s',
    async (name) => {
      const wanted = readLines(name);
      const differing = new Map<string, string>();
      const unwanted: number[] = [];
      const seen = await eachEvent(
        capturePath(name),
        Object.keys([...wanted.values()][0] ?? {}),
        (number, line) => {
          const want = wanted.get(number);
          if (want === undefined) {
            unwanted.push(number);
          }
          for (const [field, got] of want === undefined ? [] : Object.entries(line)) {
            if (!differing.has(field) && differs(field, want?.[field], got)) {
              differing.set(field, `event ${number}: ${comparable(want?.[field])}, not ${comparable(got)}`);
            }
          }
          return wanted.delete(number);
        },
      );
      expect(Object.fromEntries(differing)).toEqual({});
      expect(wanted.size).toBe(0);
      // Falco had a rule for every event.
      expect(unwanted).toEqual([]);
      expect(seen).toBeGreaterThan(300);
    },
    120_000,
  );
});

function readLines(name: string): Map<number, Line> {
  const text = gunzipSync(readFileSync(new URL(`${name}.fields.jsonl.gz`, goldens))).toString();
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  return new Map(lines.map((line) => [line['evt.num'] as number, line]));
}

function capturePath(name: string): string {
  for (const folder of captureFolders) {
    const file = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) =>
      path.endsWith(`${name}.scap`),
    );
    if (file !== undefined) {
      return fileURLToPath(new URL(file, folder));
    }
  }
  throw new Error(`there is no capture ${name}`);
}

/**
 * Replays a capture and hands out the printable ones of the fields at each event that comes to a rule; gives the number
 * of events.
 */
async function eachEvent(
  path: string,
  fields: readonly string[],
  take: (number: number, line: Line) => unknown,
): Promise<number> {
  const state = new StateTables();
  const event = new EventView(state, latin1);
  const write = writerOf(fields);
  const rules = compileRuleset(loadRules([{ name: 'every-event.yaml', content: everyEvent }]).enabled);
  await replayCapture(path, {
    event,
    sink: state.sink,
    onEvent() {
      event.num++;
      state.apply(event);
      if (state.isStarted && rules.match(event, () => undefined)) {
        take(event.num, (JSON.parse(write(event)) as { output_fields: Line }).output_fields);
      }
    },
  });
  return event.num;
}

function writerOf(fields: readonly string[]): (event: EventView) => string {
  const scope = { fields: createFieldLookup(fieldClasses), source: 'syscall' };
  const printable = fields.filter((name) => compileOutput(`%${name}`, scope).ok);
  expect(printable.length).toBeGreaterThan(250);
  const compiled = compileOutput(printable.map((name) => `%${name}`).join(' '), scope);
  if (!compiled.ok) {
    throw new Error(compiled.message);
  }
  const template = { rule: '', source: '', priority: '', tags: [], output: compiled.output };
  return alertWriter(template, { hostname: '', includeOutput: false, includeTags: false }).json;
}

function differs(field: string, want: unknown, got: unknown): boolean {
  return comparable(want) !== comparable(got) && strayMemory[field]?.(want, got) !== true;
}

// The order of lists is not stable in Falco.
function comparable(value: unknown): string {
  return JSON.stringify(Array.isArray(value) ? value.toSorted() : value);
}
