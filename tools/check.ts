// Everything a change must pass, the same here and in CI. Usage: npm run check [-- --skip STEP…] [-- STEP…]
// Runs two steps at a time, prints what a failing one says, and each one's time.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import './gen-registry.ts';

interface Step {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** How to put right what it finds, where a command can. */
  readonly fix?: string;
}

interface Outcome {
  readonly step: Step;
  readonly ok: boolean;
  readonly seconds: number;
  readonly output: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = '.cache/check';

/** Longest first, so that the last ones to end are short. */
const steps: readonly Step[] = [
  { name: 'lint', command: ['eslint', '.'], fix: 'npx eslint --fix .' },
  // Suites against recorded answers, real servers, the kernel and whole programs run with npm test.
  {
    name: 'tests',
    command: [
      'vitest',
      'run',
      '--reporter=default',
      // By itself vitest leaves one processor free; the other steps end long before the tests do.
      '--maxWorkers=2',
      '--exclude=**/*.{kernel,e2e}.test.ts',
      'packages',
      'apps',
      'tools',
    ],
  },
  {
    name: 'types',
    command: ['tsc', '-p', '.', '--incremental', '--tsBuildInfoFile', `${cache}/types.tsbuildinfo`],
  },
  { name: 'page-types', command: ['tsc', '--noEmit', '-p', 'packages/ui'] },
  {
    name: 'format',
    command: [
      'prettier',
      '--check',
      '--log-level=warn',
      '--cache',
      '--cache-location',
      `${cache}/format`,
      '.',
    ],
    fix: 'npm run format',
  },
  {
    name: 'boundaries',
    command: ['depcruise', 'packages', 'apps', '--config', '.dependency-cruiser.cjs', '--output-type', 'err'],
  },
  { name: 'docs', command: ['node', 'tools/gen-docs.ts', '--check'], fix: 'node tools/gen-docs.ts' },
];

const { values, positionals } = parseArgs({
  options: { skip: { type: 'string', multiple: true, default: [] } },
  allowPositionals: true,
});
const unknown = [...positionals, ...values.skip].find((name) => !steps.some((step) => step.name === name));
if (unknown === undefined) {
  await runAll();
} else {
  console.error(`error: there is no step ${unknown}\nhint: Use ${steps.map(({ name }) => name).join(', ')}`);
  process.exitCode = 2;
}

async function runAll(): Promise<void> {
  const started = performance.now();
  const waiting = steps.filter(
    ({ name }) => !values.skip.includes(name) && (positionals.length === 0 || positionals.includes(name)),
  );
  const failed: Step[] = [];
  await Promise.all(
    Array.from({ length: Math.min(2, availableParallelism()) }, async () => {
      for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
        const outcome = await run(step);
        tell(outcome);
        if (!outcome.ok) {
          failed.push(step);
        }
      }
    }),
  );
  console.log(
    `${seconds(started)} s in all, ${failed.length === 0 ? 'all passed' : `${failed.length} failed`}`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}

function tell({ step, ok, seconds: time, output }: Outcome): void {
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${step.name.padEnd(10)} ${time} s`);
  if (!ok) {
    console.log(withoutPassed(output).trimEnd());
    if (step.fix !== undefined) {
      console.log(`hint: ${step.fix}`);
    }
  }
}

/** Test files that passed are not worth a line. */
function withoutPassed(output: string): string {
  return output.replaceAll(/^ *✓ .*\n/gm, '');
}

function run(step: Step): Promise<Outcome> {
  const started = performance.now();
  const [program, ...args] = step.command;
  return new Promise((resolve) => {
    let output = '';
    const end = (ok: boolean): void => resolve({ step, ok, seconds: seconds(started), output });
    // The programs of the project stand before those of the system.
    const PATH = `${root}node_modules/.bin:${process.env['PATH'] ?? ''}`;
    const child = spawn(program === 'node' ? process.execPath : program, args, {
      cwd: root,
      env: { ...process.env, PATH, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', (error) => {
      output += error.message;
      end(false);
    });
    child.on('close', (status) => end(status === 0));
  });
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 100) / 10;
}
