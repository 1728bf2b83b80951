import type { GuestRun } from './guest.ts';
import { type CgroupLayout, cgroupLayouts } from './init.ts';
import type { Architecture } from './packages.ts';

/** What came of the self-test on one kernel. */
export interface KernelResult {
  /** The Debian package. */
  readonly kernel: string;
  readonly architecture: Architecture;
  /** The day of the run. */
  readonly day: string;
  readonly seconds: number;
  readonly seen: number;
  readonly total: number;
  /** Ids of behaviours that were not seen. */
  readonly missing: readonly string[];
  readonly p99Ms: number | null;
  /** Whether a process of a container was known as one, by the layout of control groups. */
  readonly containers: Readonly<Partial<Record<CgroupLayout, boolean>>>;
  /** What was said instead of figures, null when there are figures. */
  readonly refusal: string | null;
}

interface SelftestOutput {
  readonly seen: number;
  readonly missing: readonly string[];
  readonly latencyMs: { readonly p99: number | null };
}

export function resultOf(
  kernel: string,
  architecture: Architecture,
  run: GuestRun,
  day: string,
): KernelResult {
  const { containers } = run;
  const common = { kernel, architecture, day, seconds: Math.round(run.seconds), containers };
  const report = readOutput(run.output);
  if (report === null) {
    return { ...common, seen: 0, total: 0, missing: [], p99Ms: null, refusal: refusalOf(run) };
  }
  const { seen, missing, latencyMs } = report;
  return { ...common, seen, total: seen + missing.length, missing, p99Ms: latencyMs.p99, refusal: null };
}

function readOutput(output: string): SelftestOutput | null {
  const line = output.split('\n').find((each) => each.startsWith('{"ok":'));
  return line === undefined ? null : (JSON.parse(line) as SelftestOutput);
}

function refusalOf({ exitCode, errors, console }: GuestRun): string {
  return exitCode === null
    ? `The guest ended before the self-test did. Its last words: ${console.slice(-1000).trim()}`
    : errors.trim();
}

/** The page docs/kernels.md, of results by the ids of their kernels. */
export function reportPage(results: ReadonlyMap<string, KernelResult>): string {
  const rows = [...results].map(([id, result]) => {
    const { kernel, architecture, day, seconds, p99Ms } = result;
    const seen = result.refusal === null ? `${result.seen} of ${result.total}` : 'refused';
    return `| ${kernel} | ${architecture} | ${seen} | ${p99Ms ?? '-'} | ${layoutsOf(result)} | ${seconds} | ${day} | [log](kernels/${id}.txt) |`;
  });
  const notes = [...results.values()].flatMap(({ kernel, missing, refusal }) => {
    const unseen = missing.length === 0 ? [] : [`Not seen on ${kernel}: ${missing.join(', ')}.\n`];
    return refusal === null ? unseen : [`${kernel} said:\n\n\`\`\`text\n${refusal}\n\`\`\`\n`];
  });
  return [
    '# Kernels',
    '',
    'What `lanner selftest` saw on kernels of Debian, each booted under emulation (qemu, TCG) with the built bundle.',
    '`npm run kernels` makes this page and the logs; name kernels to run only those: `npm run kernels -- 6.1-amd64`.',
    'It is a long job and no part of `npm test`. It installs qemu and cpio, takes kernels, shell and libraries from',
    'the mirror of Debian that apt uses, and keeps them in `.cache/kernels`.',
    '',
    'Latency is for information: emulation is many times slower than a machine. Containers: the layouts of control',
    'groups under which a process in the group of a container was seen with the id of that container.',
    '',
    '| kernel | architecture | behaviours seen | p99 (ms) | containers | run (s) | day | console |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...notes,
  ].join('\n');
}

function layoutsOf({ containers }: KernelResult): string {
  const tried = cgroupLayouts.filter((layout) => containers[layout] !== undefined);
  const texts = tried.map((layout) => (containers[layout] === true ? layout : `${layout}: no`));
  return texts.length === 0 ? '-' : texts.join(', ');
}
