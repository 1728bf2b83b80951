// Runs the benchmarks (tools/bench/*.bench.ts, packages/**/*.bench.ts) and prints their figures in one table.
// Usage: npm run bench [-- --once] [-- NAME…]   --once: one run each, so that none rots.
// Scans measure a part of this machine, or the root file system in LANNER_BENCH_TREE (debootstrap makes a comparable one).
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Benchmark } from './bench/benchmark.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const once = args.includes('--once');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const unknown = args.find((arg) => arg.startsWith('--') && arg !== '--once');
if (unknown !== undefined) {
  // All of them take a quarter of an hour: not for who asked something else.
  process.stderr.write(`There is no option ${unknown}. Usage: npm run bench [-- --once] [-- NAME…]\n`);
  process.exit(2);
}

const rows: string[][] = [];
let failures = 0;
for (const file of globSync(['tools/bench/*.bench.ts', 'packages/*/src/**/*.bench.ts'], {
  cwd: root,
}).sort()) {
  // A benchmark file exports `benchmarks`; one that does not fails below with the file's name.
  const { benchmarks } = (await import(pathToFileURL(`${root}/${file}`).href)) as { benchmarks: Benchmark[] };
  for (const benchmark of benchmarks) {
    if (wanted.length === 0 || wanted.some((name) => benchmark.id.includes(name))) {
      rows.push(await measure(benchmark));
    }
  }
}
printTable([['benchmark', 'median', 'min', 'max', 'unit', 'bar', 'note'], ...rows]);
process.exitCode = failures > 0 ? 1 : 0;

async function measure(benchmark: Benchmark): Promise<string[]> {
  const unavailable = benchmark.unavailable?.() ?? null;
  if (unavailable !== null) {
    return [benchmark.id, 'skipped', '', '', benchmark.unit, benchmark.bar ?? '', unavailable];
  }
  const runs = once ? 1 : (benchmark.runs ?? 5);
  process.stderr.write(`${benchmark.id} … `);
  try {
    await benchmark.prepare?.();
    const figures: number[] = [];
    for (let i = 0; i < runs; i++) {
      figures.push(await benchmark.run());
    }
    figures.sort((a, b) => a - b);
    const at = (index: number): string => format(figures[index] ?? Number.NaN);
    process.stderr.write(`${at(Math.floor(runs / 2))} ${benchmark.unit}\n`);
    const note = typeof benchmark.note === 'function' ? benchmark.note() : (benchmark.note ?? '');
    return [
      benchmark.id,
      at(Math.floor(runs / 2)),
      at(0),
      at(runs - 1),
      benchmark.unit,
      benchmark.bar ?? '',
      note,
    ];
  } catch (error) {
    failures++;
    process.stderr.write('failed\n');
    return [benchmark.id, 'failed', '', '', benchmark.unit, benchmark.bar ?? '', String(error)];
  }
}

function format(figure: number): string {
  if (!Number.isFinite(figure)) {
    return '-';
  }
  return figure >= 1000 ? Math.round(figure).toLocaleString('en') : figure.toPrecision(3);
}

function printTable(table: readonly (readonly string[])[]): void {
  const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { version: string };
  const processors = cpus();
  console.log(
    `\nLanner ${version} (${revision()}), Node ${process.version}, ${processors.length} x ${processors[0]?.model.trim() ?? 'unknown CPU'}, ` +
      `${Math.round(totalmem() / 2 ** 30)} GiB, ${once ? 'one run' : 'medians'}\n`,
  );
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of table) {
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}

function revision(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    // Not a git checkout, for example a source archive.
    return 'no revision';
  }
}
