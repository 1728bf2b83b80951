// Gives the parsers of hostile input very many inputs, and ends with 1 when one of them did not stand one.
// Usage: npm run fuzz [-- --target NAME|all] [--iterations N] [--seed N]   NAME: see fuzz/targets.ts
// A finding is printed with its input: it becomes a case in the tests of the parser.
import { parseArgs } from 'node:util';
import { MemoryWatch } from './fuzz/memory-watch.ts';
import { runFuzzJob } from './fuzz/run.ts';
import { targets } from './fuzz/targets.ts';

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: 'all' },
    iterations: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
  },
});
const inputs = wholeNumber('iterations', values.iterations);
const seed = wholeNumber('seed', values.seed);
const names = values.target === 'all' ? [...targets.keys()] : [values.target];
for (const name of names) {
  if (!targets.has(name)) {
    stop(`unknown target '${name}'`, `Use one of: ${[...targets.keys()].join(', ')}, all`);
  }
}

for (const name of names) {
  await fuzz(name);
}

async function fuzz(target: string): Promise<void> {
  const start = performance.now();
  let told = start;
  const memory = new MemoryWatch({ inputs });
  const seconds = (): number => (performance.now() - start) / 1000;
  let failures = await runFuzzJob({
    target,
    inputs,
    seed,
    roundMs: 120_000,
    heapMiB: 1024,
    onRound(done, problem) {
      if (problem !== null) {
        console.log(`${target}: ${problem}`);
      }
      // Of the whole process: the target runs in a thread of it.
      const rss = process.memoryUsage.rss();
      memory.note(done, rss);
      if (performance.now() - told > 10_000) {
        told = performance.now();
        const mib = Math.round(rss / 2 ** 20);
        process.stderr.write(
          `${target}: ${done} of ${inputs}, ${Math.round(done / seconds())} inputs/s, ${mib} MiB\n`,
        );
      }
    },
  });
  if (memory.problem !== null) {
    console.log(`${target}: ${memory.problem}`);
    failures++;
  }
  const { figures } = memory;
  const grown =
    figures === null ? '' : `, ${figures.early} MiB after a fifth, ${figures.late} MiB at the end`;
  console.log(
    `${target}: ${inputs} inputs, ${seconds().toFixed(1)} s, ${failures} ${failures === 1 ? 'failure' : 'failures'}${grown}`,
  );
  if (failures > 0) {
    process.exitCode = 1;
  }
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) {
    stop(`--${option} must be a whole number, not '${text}'`, `For example: --${option} 1000`);
  }
  return number;
}

function stop(problem: string, hint: string): never {
  console.error(`error: ${problem}\nhint: ${hint}`);
  process.exit(2);
}
