import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyzers } from '../packages/scanner/src/analyzers/registry.gen.ts';
import { plainContext } from '../packages/scanner/src/testkit/file.ts';
import { reportFormats } from '../packages/scanner/src/report-formats/registry.gen.ts';
import { type GoldenCase, goldenCases, trivyCasesArePresent, trivyFixtures } from './lib/trivy-cases.ts';
import { filesBelow } from './lib/trivy-rows.ts';
import { writeFixtureDatabase } from './lib/trivy-database.ts';
import { comparableReport } from './lib/trivy-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-goldens-'));
const cache = join(folder, 'cache');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Misconfigurations are not looked for yet.
const cases = goldenCases().filter(({ feature }) => feature !== 'misconfig');
const formats = new Set(reportFormats.map(({ id }) => id));

function integration(): string {
  return join(trivyFixtures(), 'trivy-integration');
}

/** The command line of a case, with paths from anywhere. */
function argsOf(argv: readonly string[]): string[] {
  const words = argv.map((word) => word.replace('$CACHE', cache).replace('$TMP', cache));
  const isScan = !words.includes('convert');
  return [...(isScan ? ['scan'] : ['convert']), ...words.filter((word) => word !== 'convert')];
}

/** Paths in reports are as they were given, so it runs in the folder of the tests. */
function lanner(args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const program = fileURLToPath(new URL('./lib/lanner-at-2021.ts', import.meta.url));
  const env = {
    ...process.env,
    GOPATH: cache,
    XDG_DATA_HOME: cache,
    HOME: cache,
    NUGET_PACKAGES: join(cache, 'none'),
  };
  return promisify(execFile)(process.execPath, [program, ...args], { cwd: integration(), env });
}

/** Whether some analyzer wants a file of the input; SBOMs and reports are read without one. */
function isLookedAt({ input, feature, argv }: GoldenCase): boolean {
  if (feature.includes('sbom-input') || feature === 'convert' || feature === 'license-from-sbom') {
    return true;
  }
  const words = new Set(argv);
  const target = words.has('rootfs') ? 'rootfs' : words.has('fs') ? 'filesystem' : 'repository';
  const files = filesBelow(join(trivyFixtures(), input.replace(/^fixtures\//, '')));
  return analyzers.some(
    (analyzer) =>
      analyzer.targets.includes(target) &&
      analyzer.scanners.includes('vuln') &&
      files.some((path) => analyzer.wants({ path, size: 1000, mode: 0o644 }, { ...plainContext, target })),
  );
}

/** Cases of Trivy's client and server, which run as one program here. */
const standalone: Readonly<Record<string, readonly string[]>> = {
  'scan package-lock.json with repo command in client/server mode': ['--format', 'json'],
  'scan package-lock.json with gitlab template (Unknown os and image)': [
    ...['--format', 'template', '--template', '@contrib/gitlab.tpl'],
  ],
};

beforeAll(() => {
  if (!trivyCasesArePresent) {
    return;
  }
  const fixtures = join(integration(), 'testdata/fixtures');
  mkdirSync(cache, { recursive: true });
  writeFixtureDatabase(cache, join(fixtures, 'db'));
  cpSync(join(fixtures, 'vex/repositories'), join(cache, 'vex/repositories'), { recursive: true });
  // The archive has each file once: the document is the one that is also given as a file.
  cpSync(join(fixtures, 'vex/file/openvex.json'), join(cache, 'vex/repositories/default/0.1/openvex.json'));
  cpSync(join(fixtures, 'vex/config/repository.yaml'), join(cache, '.trivy/vex/repository.yaml'));
});

test.skipIf(!trivyCasesArePresent)('there are cases (needs ../shared)', () => {
  expect(cases.length).toBe(32);
});

describe.each(cases.map((one) => [`${one.test} ${one.case}`, one] as const))('%s', (_name, one) => {
  const argv = one.argv ?? [
    ...['repo', '--cache-dir', '$CACHE', '-q', '--skip-db-update', '--offline-scan', '--scanners', 'vuln'],
    ...(standalone[one.case] ?? []),
    one.input.replace('fixtures/trivy-integration/', '').replace(/\/$/, ''),
  ];
  const format = argv[argv.indexOf('--format') + 1] ?? '';
  const canRun = formats.has(format) && isLookedAt(one);
  test.runIf(canRun)(`gives what Trivy gives (needs ${format} and an analyzer of the input)`, async () => {
    const run = await lanner(argsOf(argv));
    expect(run.stderr).toBe('');
    const golden = readFileSync(join(trivyFixtures(), one.golden.replace(/^fixtures\//, '')), 'utf8');
    expect(comparableReport(run.stdout, one)).toEqual(comparableReport(golden, one));
  });
});
