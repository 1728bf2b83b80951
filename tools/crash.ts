// Ends server and agent without a warning again and again, compares what is left with what was acknowledged, and writes
// docs/crash.md. A long job.
// Usage: npm run crash [-- PART… [--cuts N] [--seed N]]   PART: see tools/crash/parts.ts; with --cuts nothing is written.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import type { CrashPart } from './crash/part.ts';
import { crashParts } from './crash/parts.ts';
import { type CrashResult, reportPage, shortcomings } from './crash/report.ts';
import { buildOnce } from './shipped.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, 'docs/crash.md');
const resultsFile = join(root, 'docs/crash/results.json');

const { values, positionals } = parseArgs({
  options: { cuts: { type: 'string' }, seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const unknown = positionals.find((id) => !crashParts.some((part) => part.id === id));
if (unknown !== undefined) {
  throw new Error(`there is no part ${unknown}; there are ${crashParts.map(({ id }) => id).join(', ')}`);
}
const seed = numberFrom('seed', values.seed);
const cuts = values.cuts === undefined ? null : numberFrom('cuts', values.cuts);

buildOnce();
for (const part of crashParts.filter(({ id }) => positionals.length === 0 || positionals.includes(id))) {
  const result = await runPart(part);
  const told = shortcomings(result, part);
  console.log(`${part.id}: ${JSON.stringify(result)}`);
  if (told.length > 0) {
    console.error(`error: ${part.id}: ${told.join('; ')}`);
    process.exitCode = 1;
  }
  if (cuts === null) {
    await keep(part.id, result);
  }
}

async function runPart(part: CrashPart): Promise<CrashResult> {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-crash-'));
  const started = performance.now();
  try {
    const result = await part.run({
      folder,
      cuts: cuts ?? part.cuts,
      seed,
      tell: (line) => {
        console.error(`${part.id}: ${line}`);
      },
    });
    const seconds = Math.round((performance.now() - started) / 1000);
    return { day: new Date().toISOString().slice(0, 10), seconds, ...result };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A run of some parts keeps what is known of the others. */
async function keep(id: string, result: CrashResult): Promise<void> {
  mkdirSync(join(resultsFile, '..'), { recursive: true });
  const known = JSON.parse(readFileSync(resultsFile, 'utf8')) as Record<string, CrashResult>;
  const results = { ...known, [id]: result };
  writeFileSync(resultsFile, await formatted(JSON.stringify(results), resultsFile));
  writeFileSync(page, await formatted(reportPage(crashParts, results), page));
}

async function formatted(text: string, path: string): Promise<string> {
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}

function numberFrom(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new Error(`'${text}' is no number for --${name}`);
  }
  return number;
}
