import { silentLog } from '@lanner/core';
import { expect, test } from 'vitest';
import type { AnalyzerContext } from '../analyzer.ts';
import { artifactFile } from '../testkit/file.ts';
import { analyzer } from './secret.ts';

const context: AnalyzerContext = {
  target: 'filesystem',
  scanners: new Set(['secret']),
  javaIndex: null,
  host: null,
  comprehensive: false,
  fullLicenses: false,
  log: silentLog,
};

test('the secrets of a file are in the order of their rules, then of their lines', () => {
  const token = 'ghp_012345678901234567890123456789abcdef';
  const webHook = `https://hooks.slack.com/services/${'T0123456789'.repeat(4)}`;
  const text = `z ${token}\n${webHook}\nb ${token}\na ${token}\n`;
  const found = analyzer.analyze(artifactFile('app/.env', text), context);
  const findings = found?.secrets[0]?.findings ?? [];
  expect(findings.map(({ ruleId, startLine }) => `${ruleId} ${startLine}`)).toEqual([
    'github-pat 1',
    'github-pat 3',
    'github-pat 4',
    'slack-web-hook 2',
  ]);
});
