import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AppError, silentLog } from '../packages/core/src/index.ts';
import type { SecretFinding } from '../packages/scanner/src/index.ts';
import { artifactFile, plainContext } from '../packages/scanner/src/testkit/file.ts';
import {
  defaultSecretConfig,
  parseSecretConfig,
  type SecretConfig,
  SecretScanner,
} from '../packages/scanner/src/secrets/index.ts';
import { analyze, analyzerOf, fileOnDisk } from './lib/trivy-analyze.ts';
import { trivyCasesArePresent, trivyTables } from './lib/trivy-cases.ts';
import { resolvedRows, type Row, trivyFixture } from './lib/trivy-rows.ts';

const scannerFolder = 'trivy/pkg/fanal/secret';
const analyzerFolder = 'trivy/pkg/fanal/analyzer/secret';

describe.skipIf(!trivyCasesArePresent)('secrets (needs ../shared)', () => {
  describe('files', () => {
    test.each(named(scannerFolder, 'scanner_test.go::TestSecretScanner', 'tests'))('%s', (_name, row) => {
      const path = String(row['inputFilePath']);
      const file = fileOnDisk(trivyFixture(scannerFolder, path), path);
      const scanner = new SecretScanner(configOf(scannerFolder, row['configPath']));
      const want = row['want'] as GoFile;
      const found = scanner.scan(path, file);
      expect(found.map(comparable)).toEqual((want.Findings ?? []).map((one, i) => expected(one, found[i])));
    });
  });

  describe('streams', () => {
    test.each(named(scannerFolder, 'scanner_test.go::TestSecretScannerWithStreaming', 'tests'))(
      '%s',
      (_name, row) => {
        const scanner = new SecretScanner(configOf(scannerFolder, row['configPath']));
        const found = scanner.scan('test.txt', artifactFile('test.txt', sum(row['input']) as string), {
          chunk: Number(row['bufferSize']),
          overlap: Number(row['overlapSize']),
        });
        const want = row['want'] as GoFile;
        // The rows say nothing of the lines around.
        expect(found.map((one) => ({ ...comparable(one), code: [] }))).toEqual(
          (want.Findings ?? []).map((one, i) => expected(one, found[i])),
        );
      },
    );
  });

  describe('configurations', () => {
    test.each(named(scannerFolder, 'scanner_test.go::TestParseConfig', 'tests'))('%s', (_name, row) => {
      const text = sum(row['body']) as string;
      if (typeof row['wantErr'] === 'string') {
        expect(() => parseSecretConfig(text)).toThrow(AppError);
      } else {
        expect(parseSecretConfig(text).skips).toEqual(row['want'] ?? defaultSecretConfig.skips);
      }
    });

    test.each(named(scannerFolder, 'scanner_test.go::TestIsSkippedSlashConversion', 'tests'))(
      '%s',
      (_name, row) => {
        const scanner = new SecretScanner({ ...defaultSecretConfig, skips: row['patterns'] as string[] });
        expect(scanner.isSkipped(sum(row['path']) as string)).toBe(row['want']);
      },
    );
  });

  describe('the analyzer', () => {
    test.each(named(analyzerFolder, 'secret_test.go::TestSecretAnalyzer', 'tests'))('%s', (_name, row) => {
      const path = String(row['filePath']);
      const found = wants(row, path, 100)
        ? analyze('secret', [fileOnDisk(trivyFixture(analyzerFolder, path), path)], contextOf(row))
        : null;
      const want = row['want'] as { Secrets: GoFile[] } | null;
      const files = found?.secrets ?? [];
      expect(files.map(({ filePath, findings }) => [filePath, findings.map(comparable)])).toEqual(
        (want?.Secrets ?? []).map(({ FilePath, Findings }, i) => [
          FilePath,
          (Findings ?? []).map((one, j) => expected(one, files[i]?.findings[j])),
        ]),
      );
    });

    test.each(named(analyzerFolder, 'secret_test.go::TestSecretRequire', 'tests'))('%s', (_name, row) => {
      const given = row['configPath'] === 'defaultConfig' ? 'testdata/config.yaml' : row['configPath'];
      const wanted = wants(
        { ...row, configPath: given },
        String(row['filePath']),
        Number(row['size'] ?? 100),
      );
      expect(wanted).toBe(row['want']);
    });

    test.each([
      ...named(analyzerFolder, 'secret_test.go::TestSecretRequireCustomSkips', 'tests').map(
        (row) => [...row, 'testdata/custom-skip-config.yaml'] as const,
      ),
      ...named(analyzerFolder, 'secret_test.go::TestSecretRequireEmptySkips', 'tests').map(
        (row) => [...row, 'testdata/empty-skip-config.yaml'] as const,
      ),
    ])('%s', (_name, row, configPath) => {
      expect(wants({ ...row, configPath }, String(row['filePath']), 100)).toBe(row['want']);
    });
  });

  test('no table is left out', () => {
    expect(Object.keys(trivyTables('secrets')[scannerFolder] ?? {}).sort()).toEqual([
      'scanner_test.go::TestIsSkippedSlashConversion',
      'scanner_test.go::TestParseConfig',
      'scanner_test.go::TestSecretScanner',
      'scanner_test.go::TestSecretScannerWithStreaming',
    ]);
  });
});

interface GoFile {
  readonly FilePath?: string;
  readonly Findings?: readonly (Row | string)[] | null;
}

function named(folder: string, table: string, variable: string): (readonly [string, Row])[] {
  return resolvedRows('secrets', folder, table, variable).map((row) => [String(row['name']), row] as const);
}

/** The configuration of a row; tables of names only have paths of files that are not there. */
function configOf(folder: string, path: unknown): SecretConfig {
  if (typeof path !== 'string' || path === '') {
    return defaultSecretConfig;
  }
  try {
    return parseSecretConfig(readFileSync(trivyFixture(folder, path), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return parseSecretConfig('disable-allow-rules: [tests]');
    }
    throw error;
  }
}

function contextOf(row: Row) {
  const configPath = typeof row['configPath'] === 'string' ? row['configPath'] : '';
  return {
    log: silentLog,
    target: row['dir'] === undefined ? ('image' as const) : ('filesystem' as const),
    secrets: { scanner: new SecretScanner(configOf(analyzerFolder, configPath)), configPath },
  };
}

function wants(row: Row, path: string, size: number): boolean {
  return analyzerOf('secret').wants({ path, size, mode: 0o644 }, { ...plainContext, ...contextOf(row) });
}

/** Texts that a row adds up. */
function sum(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const { $op: op, a, b, $call: call, args } = value as Record<string, unknown>;
  if (op === '+') {
    return String(sum(a)) + String(sum(b));
  }
  return call === 'filepath.FromSlash' ? (args as unknown[])[0] : value;
}

/** A finding of a row in our names. What stands for one in Go's test is known by its rule only. */
function expected(row: Row | string, found: SecretFinding | undefined): Record<string, unknown> {
  if (typeof row === 'string') {
    const name = row.replace(/^wantFinding/, '').toLowerCase();
    expect(found?.ruleId.replaceAll('-', '')).toBe(name);
    return found === undefined ? {} : comparable(found);
  }
  const { RuleID: ruleId, Category: category, Title: title, Severity: severity, Code: code } = row;
  const { StartLine: startLine, EndLine: endLine, Match: match, Offset: offset } = row;
  return {
    ruleId,
    category: String(category)
      .replace(/^secret\.Category/, '')
      .replace(/^PrivatePackagist$/, 'Private Packagist'),
    title,
    severity,
    startLine,
    endLine,
    match: textOf(match),
    offset,
    code: ((code as { Lines?: readonly Row[] } | undefined)?.Lines ?? []).map((line) => ({
      number: line['Number'],
      content: textOf(line['Content']),
      highlighted: textOf(line['Highlighted']),
      isCause: line['IsCause'] === true,
      firstCause: line['FirstCause'] === true,
      lastCause: line['LastCause'] === true,
    })),
  };
}

function textOf(value: unknown): unknown {
  return value === 'azureStructuredToken' ? '*'.repeat(84) : sum(value);
}

function comparable({ code, ...finding }: SecretFinding): Record<string, unknown> {
  return {
    ...finding,
    code: code.map(({ number, content, highlighted, isCause, firstCause, lastCause }) => ({
      number,
      content,
      highlighted,
      isCause,
      firstCause,
      lastCause,
    })),
  };
}
