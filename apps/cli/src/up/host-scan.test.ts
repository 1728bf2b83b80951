import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@lanner/core';
import type { Finding, ScannedArtifact, ScanPart } from '@lanner/hub';
import { readReport, type Report } from '@lanner/scanner';
import { afterAll, expect, test } from 'vitest';
import { type HostScanOptions, scanHost } from './host-scan.ts';

const root = mkdtempSync(join(tmpdir(), 'lanner-host-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

const update: Finding = {
  ...{ kind: 'update', id: 'bash', package: 'bash', packageName: 'bash', installedVersion: '1' },
  ...{ fixedVersion: '2', severity: 'MEDIUM', title: 'newer', epss: null, kev: false, details: {} },
};

function reportWith(packages: readonly string[], secrets: readonly string[] = []): Report {
  return readReport(
    JSON.stringify({
      SchemaVersion: 2,
      ArtifactName: 'vm',
      ArtifactType: 'filesystem',
      Metadata: { OS: { Family: 'debian', Name: '12' } },
      Results: [
        {
          ...{ Target: 'vm', Class: 'os-pkgs', Type: 'debian' },
          Packages: packages.map((name) => ({ Name: name, Version: '1' })),
        },
        ...secrets.map((path) => ({
          ...{ Target: path, Class: 'secret' },
          Secrets: [
            {
              ...{ RuleID: 'private-key', Category: 'key', Severity: 'HIGH', Title: 'key' },
              ...{ StartLine: 1, EndLine: 1, Match: '***', Code: { Lines: [] } },
            },
          ],
        })),
      ],
    }),
  );
}

interface Recorded {
  readonly packages: number;
  readonly found: readonly string[];
  readonly part: ScanPart;
}

function hostOf(answers: readonly (Report | AppError)[], more: Partial<HostScanOptions> = {}) {
  const recorded: Recorded[] = [];
  const failed: string[] = [];
  const steps: string[] = [];
  const left = [...answers];
  const options: HostScanOptions = {
    ...{ root, secretFolders: ['etc'], signal: new AbortController().signal },
    scan: ({ onCounts }) => {
      onCounts({ files: 5, layers: 0, layersDone: 0 });
      const answer = left.shift();
      return answer === undefined || answer instanceof AppError
        ? Promise.reject(answer ?? new Error('no more answers'))
        : Promise.resolve(answer);
    },
    updates: () => Promise.resolve([update]),
    host: { key: 'id', names: ['vm'], notes: ['a note'] },
    record: (artifact: ScannedArtifact, found, part) => {
      expect(artifact).toMatchObject({ key: 'id', names: ['vm'], system: 'debian 12', notes: ['a note'] });
      recorded.push({ packages: artifact.packages, found: found.map(({ id }) => id), part });
      return Promise.resolve();
    },
    onProgress: (step, files) => steps.push(`${step} ${files}`),
    onFailure: (step) => failed.push(step),
    ...more,
  };
  return { options, recorded, failed, steps };
}

test('each step is recorded when it is done, and the last one says how much all of them had', async () => {
  const { options, recorded, steps } = hostOf([
    reportWith(['a']),
    reportWith(['a', 'b']),
    reportWith([], ['etc/key']),
  ]);
  await scanHost(options);
  expect(recorded).toEqual([
    { packages: 1, found: ['bash'], part: { isLast: false, total: 1 } },
    { packages: 2, found: [], part: { isLast: false, total: 1 } },
    // The one for secrets lists no packages, and the host has them still.
    { packages: 2, found: ['private-key'], part: { isLast: true, total: 2 } },
  ]);
  expect(steps).toContain('secrets 5');
});

test('a step that fails is told of, the others are recorded, and nothing counts as gone', async () => {
  const failure = new AppError('artifact.missing', 'killed');
  const { options, recorded, failed } = hostOf([reportWith(['a']), failure, reportWith([])]);
  await scanHost(options);
  expect(failed).toEqual(['packages of programs and languages']);
  expect(recorded.map(({ part }) => part.isLast)).toEqual([false, false]);
});

test('a bug in a step is no failure of the scan, but of the program', async () => {
  const { options } = hostOf([]);
  await expect(scanHost(options)).rejects.toThrow('no more answers');
});

test('without folders for secrets the packages are the last step', async () => {
  const { options, recorded } = hostOf([reportWith(['a']), reportWith(['a'])], { secretFolders: [] });
  await scanHost(options);
  expect(recorded.map(({ part }) => part.isLast)).toEqual([false, true]);
});
