// Replays a capture and holds the value of each field at each event against a file of expected values: one JSON object
// a line and event, keyed by field. Prints the fields that differ, with examples; exit code 1 when some do.
//
//   node tools/compare-fields.ts <capture> <expected.jsonl[.gz]> [start of field names] [--examples=3] [--all]
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { parseArgs } from 'node:util';
import { EventView, fieldClasses } from '@lanner/engine';
import { createFieldLookup } from '../packages/engine/src/resolve/lookup.ts';
import { compileOutput } from '../packages/engine/src/format/output.ts';
import { alertWriter } from '../packages/engine/src/format/alert-writer.ts';
import { latin1, replayCapture } from '@lanner/sensor';
import { StateTables } from '../packages/sensor/src/state/tables.ts';

interface Difference {
  readonly event: string;
  readonly want: string;
  readonly got: string;
}

interface Tally {
  compared: number;
  differing: number;
  readonly examples: Difference[];
}

/** Their values are in no order. */
const unordered = new Set(['fd.types']);
const timeField = 'evt.time';

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    examples: { type: 'string', default: '3' },
    all: { type: 'boolean', default: false },
  },
});
const [capture, expected, prefix = ''] = positionals;
if (capture === undefined || expected === undefined) {
  console.error('usage: compare-fields <capture> <expected.jsonl[.gz]> [start of field names]');
  process.exit(2);
}

const tallies = new Map<string, Tally>();
const actual = await actualLines(capture, fieldNames(await firstLine(expected)));
let missing = 0;
for await (const text of linesOf(expected)) {
  compareLine(text);
}
report();
process.exitCode = missing === 0 && [...tallies.values()].every(({ differing }) => differing === 0) ? 0 : 1;

async function* linesOf(path: string): AsyncIterable<string> {
  const file = createReadStream(path);
  yield* createInterface({
    input: path.endsWith('.gz') ? file.pipe(createGunzip()) : file,
    crlfDelay: Infinity,
  });
}

async function firstLine(path: string): Promise<string> {
  for await (const text of linesOf(path)) {
    return text;
  }
  return '{}';
}

function fieldNames(text: string): string[] {
  return Object.keys(JSON.parse(text) as object).filter((name) => name.startsWith(prefix));
}

/** The fields of every event as the JSON of an alert, by number of the event. */
async function actualLines(path: string, names: readonly string[]): Promise<Map<number, string>> {
  const state = new StateTables();
  const event = new EventView(state, latin1);
  const json = fieldsWriter(names);
  const lines = new Map<number, string>();
  await replayCapture(path, {
    event,
    sink: state.sink,
    onEvent() {
      event.num++;
      state.apply(event);
      if (state.isStarted) {
        lines.set(event.num, json(event));
      }
    },
  });
  return lines;
}

function fieldsWriter(names: readonly string[]): (event: EventView) => string {
  const scope = { fields: createFieldLookup(fieldClasses), source: 'syscall' };
  const known = names.filter((name) => {
    const result = compileOutput(`%${name}`, scope);
    if (!result.ok) {
      console.log(`${name}: ${result.message}`);
    }
    return result.ok;
  });
  const result = compileOutput(known.map((name) => `%${name}`).join(' '), scope);
  if (!result.ok) {
    throw new Error(result.message);
  }
  const template = { rule: '', source: '', priority: '', tags: [], output: result.output };
  return alertWriter(template, { hostname: '', includeOutput: false, includeTags: false }).json;
}

// The expected values may be those of some events only.
function compareLine(wantText: string): void {
  const want = exactFields(wantText);
  const number = (want['evt.num'] as { number: string }).number;
  const gotText = actual.get(Number(number));
  if (gotText === undefined) {
    missing++;
    return;
  }
  const got = exactFields(gotText)['output_fields'] as Record<string, unknown>;
  for (const [name, value] of Object.entries(got)) {
    if (!(name in want) || !(name.startsWith(prefix) || name === timeField)) {
      continue;
    }
    const tally = tallyOf(name);
    tally.compared++;
    const [wanted, given] = [comparable(name, want[name]), comparable(name, value)];
    if (wanted !== given) {
      tally.differing++;
      if (tally.examples.length < Number(options.examples)) {
        tally.examples.push({
          event: `${number} ${JSON.stringify(want['evt.type'])}`,
          want: wanted,
          got: given,
        });
      }
    }
  }
}

function tallyOf(name: string): Tally {
  let tally = tallies.get(name);
  if (tally === undefined) {
    tally = { compared: 0, differing: 0, examples: [] };
    tallies.set(name, tally);
  }
  return tally;
}

// Numbers as they are written, since many are beyond 2^53.
function exactFields(text: string): Record<string, unknown> {
  return JSON.parse(text, (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? { number: context?.source } : value,
  ) as Record<string, unknown>;
}

function comparable(name: string, value: unknown): string {
  if (unordered.has(name) && Array.isArray(value)) {
    return JSON.stringify(value.toSorted());
  }
  return JSON.stringify(value);
}

function report(): void {
  const differing = [...tallies].filter(([, tally]) => tally.differing > 0);
  for (const [name, { compared, differing: count, examples }] of options.all ? tallies : differing) {
    console.log(`${name}: ${count} of ${compared} differ (${((100 * count) / compared).toFixed(2)} %)`);
    for (const { event, want, got } of examples) {
      console.log(`    event ${event}: want ${want}`);
      console.log(`    ${' '.repeat(`event ${event}`.length)}   got ${got}`);
    }
  }
  console.log(`${tallies.size} fields, ${differing.length} differ; ${missing} events missing`);
}
