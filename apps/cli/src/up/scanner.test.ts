import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { scanProgressText } from '@lanner/api';
import { AppError, silentLog } from '@lanner/core';
import { advisoryCache, readReport } from '@lanner/scanner';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { imageProgress, LocalScanner, type ScannerOptions } from './scanner.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-scanner-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const report = (name: string) =>
  readReport(JSON.stringify({ SchemaVersion: 2, ArtifactName: name, ArtifactType: 'filesystem' }));
let scans: string[] = [];
beforeEach(() => {
  scans = [];
});

/** Rests end as `rest` says, and the last one ends the scanner. */
function scannerWith(rests: readonly (() => void)[], options: Partial<ScannerOptions> = {}) {
  let atMs = 0;
  let left = [...rests];
  const scanner: LocalScanner = new LocalScanner({
    findings: { record: () => Promise.resolve({ opened: 0, reopened: 0, fixed: 0 }) },
    root: folder,
    secretFolders: [],
    updates: () => Promise.resolve(null),
    images: () => Promise.resolve([]),
    scan: ({ args }) => {
      scans.push(args[1] ?? '');
      return Promise.resolve(report(args[1] ?? ''));
    },
    cacheFolder: join(folder, 'cache'),
    program: 'bin/lanner.mjs',
    sees: 'everything',
    hostname: 'vm',
    everyMs: 3_600_000,
    now: () => atMs,
    pause: (ms, signal) => {
      atMs += ms;
      const [rest, ...further] = left;
      left = further;
      if (signal.aborted) {
        return Promise.resolve();
      }
      if (rest === undefined) {
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            resolve();
          });
        });
      }
      rest();
      return Promise.resolve();
    },
    log: silentLog,
    ...options,
  });
  return scanner;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('says that there are no advisories, and the command that brings them', async () => {
  const scanner = scannerWith([]);
  expect(scanner.state.notes).toEqual([
    'No advisory database: vulnerabilities are not looked up. Bring it with: bin/lanner.mjs db update',
  ]);
  scanner.start();
  await scanner.close();
});

test('scans again when it is time, and when advisories have come', async () => {
  const path = join(folder, 'cache', advisoryCache.folder, advisoryCache.file);
  const bring = (): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'x');
    utimesSync(path, 1, 1);
  };
  const nothing = (): void => undefined;
  const scanner = scannerWith([nothing, nothing, bring, ...Array.from({ length: 60 }, () => nothing)]);
  scanner.start();
  for (let i = 0; i < 400; i++) {
    await settled();
  }
  // At once, after the database came, and an hour later; each time in two steps.
  expect(scans).toEqual(Array.from({ length: 6 }, () => folder));
  expect(scanner.state.notes).toEqual([]);
  await scanner.close();
});

test('an image that cannot be scanned is told of, and the next one is scanned', async () => {
  const scanner = scannerWith([], {
    images: () => Promise.resolve(['bad:1', 'good:1']),
    scan: ({ args }) => {
      const name = args[1] ?? '';
      scans.push(name);
      return name === 'bad:1'
        ? Promise.reject(new AppError('artifact.missing', 'no such image'))
        : Promise.resolve(report(name));
    },
  });
  scanner.start();
  for (let i = 0; i < 100; i++) {
    await settled();
  }
  expect(scans).toEqual([folder, folder, 'bad:1', 'good:1']);
  expect(scanner.state.notes.at(-1)).toBe('bad:1 could not be scanned: no such image');
  await scanner.close();
});

test('ends when it is closed, in a scan or between two', async () => {
  const scanner = scannerWith([], {
    scan: ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
      }),
  });
  scanner.start();
  await scanner.close();
  const resting = scannerWith([]);
  resting.start();
  await resting.close();
  expect(scans).toEqual([folder]);
});

test('of an image it is told which layer is looked at, as layers say nothing about how long they take', () => {
  const told = (layers: number, layersDone: number): string =>
    scanProgressText(imageProgress('web:1', { files: 0, layers, layersDone }));
  expect([told(0, 0), told(1, 0), told(7, 0), told(7, 3), told(7, 7)]).toEqual([
    'web:1',
    'web:1',
    'web:1: layer 1 of 7',
    'web:1: layer 4 of 7',
    'web:1: layer 7 of 7',
  ]);
});
