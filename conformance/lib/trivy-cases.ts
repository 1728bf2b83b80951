import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const shared = fileURLToPath(new URL('../../../shared/', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache/conformance/', import.meta.url));
const casesArchive = join(shared, 'conformance/trivy.tar.gz');
const fixturesArchive = join(shared, 'fixtures/trivy-fixtures.tar.gz');

/** Whether ../shared lies beside the repository; suites skip without it. */
export const trivyCasesArePresent = existsSync(casesArchive) && existsSync(fixturesArchive);

const parsed = new Map<string, CaseFile>();

interface Table {
  readonly var: string;
  readonly rows: unknown;
}
type CaseFile = Readonly<Record<string, Readonly<Record<string, readonly Table[]>>>>;

/** All tables of a case file such as `detectors`: by folder, then by `file_test.go::TestName`. */
export function trivyTables(file: string): CaseFile {
  let tables = parsed.get(file);
  if (tables === undefined) {
    const text = readFileSync(join(unpack(casesArchive), 'trivy', `${file}.json`), 'utf8');
    // The shape of the case files is described in their README.
    tables = JSON.parse(text) as CaseFile;
    parsed.set(file, tables);
  }
  return tables;
}

/** Rows of the tables of one Go test; none when ../shared is absent. */
export function trivyRows<T>(file: string, folder: string, test: string): T[] {
  if (!trivyCasesArePresent) {
    return [];
  }
  const tests = Object.entries(trivyTables(file)[folder] ?? {});
  const tables = tests.filter(([name]) => name.endsWith(`::${test}`)).flatMap(([, found]) => found);
  return tables.flatMap(({ rows }) => (Array.isArray(rows) ? (rows as T[]) : []));
}

/** A run of Trivy's integration tests. */
export interface GoldenCase {
  readonly test: string;
  readonly case: string;
  /** Paths are from the folder of the archives. */
  readonly golden: string;
  readonly input: string;
  /** null for runs of client and server. */
  readonly argv: readonly string[] | null;
  readonly compare: 'report-struct' | 'cyclonedx-structural' | 'spdx-structural' | 'bytes';
  /** Otherwise the golden is that of another run, and differs in what belongs to the input. */
  readonly golden_owner: boolean;
  readonly feature: string;
}

/** All of them; none where ../shared is absent. */
export function goldenCases(): readonly GoldenCase[] {
  if (!trivyCasesArePresent) {
    return [];
  }
  const text = readFileSync(join(unpack(casesArchive), 'trivy', 'goldens.json'), 'utf8');
  // The shape is described in the file itself.
  return (JSON.parse(text) as { cases: GoldenCase[] }).cases;
}

/** The folder of Trivy's fixtures, unpacked and shared by all tests: nothing may be written into it. */
export function trivyFixtures(): string {
  return join(unpack(fixturesArchive), 'fixtures');
}

/** Kept between runs: threads of tests that are ended could not remove what they unpacked. */
function unpack(archive: string): string {
  const { size, mtimeMs } = statSync(archive);
  const folder = join(cache, `${basename(archive, '.tar.gz')}-${size}-${Math.trunc(mtimeMs)}`);
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    const partial = mkdtempSync(`${folder}.`);
    execFileSync('tar', ['-C', partial, '-xzf', archive]);
    try {
      renameSync(partial, folder);
    } catch (error) {
      // Another thread was first.
      rmSync(partial, { recursive: true, force: true });
      if (!existsSync(folder)) {
        throw error;
      }
    }
  }
  return folder;
}
