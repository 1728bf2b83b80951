import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveFilter, type KernelFilter } from '@lanner/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filterOf, loadedRules } from '../testkit/filtered.ts';
import { ScopedRun, typeOf, whyNoSensor } from '../testkit/scoped-run.ts';
import type { EvidenceSettings } from './sensor.ts';

const python = '/usr/bin/python3';
const reason = whyNoSensor() ?? (existsSync(python) ? null : `needs ${python}`);
const openat = typeOf('SYSCALL_OPENAT_2_X');
const mmap = typeOf('SYSCALL_MMAP_X');
/** What no rule and no state want is dropped: with neither, everything. */
const nothing = deriveFilter([], { withoutState: true });
let folder = '';

interface Told {
  readonly path: string | null;
  readonly isEvidence: boolean;
}

interface Outcome {
  /** Of files of the test's folder. */
  readonly opens: readonly Told[];
  /** Of the dynamic linker's libraries. */
  readonly mappings: readonly Told[];
  readonly repeated: number;
}

/** Opens the one file a hundred times, the other once, and one that is not there. */
const script = `import os, sys
for i in range(100): os.close(os.open(sys.argv[1] + '/often', os.O_RDONLY))
os.close(os.open(sys.argv[1] + '/once', os.O_RDONLY))
try: os.open(sys.argv[1] + '/absent', os.O_RDONLY)
except OSError: pass
`;

async function observe(
  filter: KernelFilter | null,
  evidence: EvidenceSettings | null,
  times = 1,
): Promise<Outcome> {
  const command = [
    '/bin/sh',
    '-c',
    'for i in $0; do "$@"; done',
    Array.from({ length: times }, () => 'x').join(' '),
  ];
  const run = await ScopedRun.open([...command, python, '-c', script, folder], {
    interest: [openat, mmap],
    evidenceFiles: 4096,
  });
  const opens: Told[] = [];
  const mappings: Told[] = [];
  try {
    run.sensor.setFilter(filter);
    run.sensor.setEvidence(evidence);
    await run.run((event, { kernelPath: path, isEvidence }) => {
      const told = { path, isEvidence };
      if (event.type === openat && event.text(2).startsWith(folder)) {
        opens.push(told);
      }
      if (event.type === mmap && path !== null) {
        mappings.push(told);
      }
    });
    return { opens, mappings, repeated: run.sensor.stats().repeatedEvidence };
  } finally {
    run.close();
  }
}

describe.skipIf(reason !== null)(
  `files in use, as evidence${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    beforeAll(() => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'lanner-evidence-')));
      writeFileSync(join(folder, 'often'), 'x');
      writeFileSync(join(folder, 'once'), 'x');
    });
    afterAll(() => {
      rmSync(folder, { recursive: true });
    });

    test('each file is told once, however often it is opened; what was not opened is not', async () => {
      const { opens, repeated } = await observe(nothing, { opens: true, windowS: 3600 });
      expect(opens).toEqual([
        { path: `${folder}/often`, isEvidence: true },
        { path: `${folder}/once`, isEvidence: true },
      ]);
      expect(repeated).toBeGreaterThanOrEqual(99);
    });

    test('also where rules ask for some opens, and what earlier ones have left of the test is known', async () => {
      const never = loadedRules([
        `- rule: Never\n  desc: Not opened.\n  condition: evt.type in (open, openat) and evt.is_open_read = true and fd.name endswith /never\n  output: "%fd.name"\n  priority: INFO\n`,
      ]);
      const { opens } = await observe(filterOf(never), { opens: true, windowS: 3600 });
      expect(opens).toEqual([
        { path: `${folder}/often`, isEvidence: true },
        { path: `${folder}/once`, isEvidence: true },
      ]);
    });

    test('executable mappings are told once for each file, and opens are not unless they are wanted', async () => {
      const { opens, mappings } = await observe(nothing, { mappings: true, windowS: 3600 }, 3);
      expect(opens).toEqual([]);
      const paths = mappings.map(({ path }) => path);
      expect(paths.some((path) => /\/libc[.-]/.test(path ?? ''))).toBe(true);
      expect(new Set(paths).size).toBe(paths.length);
      expect(mappings.every(({ isEvidence }) => isEvidence)).toBe(true);
    });

    test('a window that has passed tells them again', async () => {
      const { opens } = await observe(nothing, { opens: true, windowS: 0 });
      expect(opens).toHaveLength(101);
    });

    test('what rules want is never left out, and is no evidence', async () => {
      const types = nothing.types.map((type, id) =>
        id === openat ? ({ verdict: 'pass', because: 'a rule' } as const) : type,
      );
      const { opens, repeated } = await observe({ ...nothing, types }, { opens: true, windowS: 3600 });
      expect(opens).toHaveLength(102);
      expect(opens.some(({ isEvidence }) => isEvidence)).toBe(false);
      expect(repeated).toBe(0);
    });

    test('without evidence nothing is told that no rule wants', async () => {
      expect(await observe(nothing, null)).toEqual({ opens: [], mappings: [], repeated: 0 });
    });
  },
);
