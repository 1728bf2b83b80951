import { silentLog } from '@lanner/core';
import { reportFormats } from '@lanner/scanner';
import { expect, test } from 'vitest';
import { recordingLog } from '../testkit/recording-log.ts';
import { readConfigFile } from './config-file.ts';
import { flags } from './flags.ts';
import { ScanSettings, scanKind } from './options.ts';
import { readSettings, type SettingSources } from './settings.ts';

function settings(sources: Partial<SettingSources>): ScanSettings {
  return new ScanSettings(readSettings({ values: {}, env: {}, file: new Map(), log: silentLog, ...sources }));
}

const file = (text: string, lenient = false): SettingSources['file'] =>
  readConfigFile({ path: 'trivy.yaml', text }, { lenient, log: silentLog });

test('a flag wins over a variable, that over the file, that over the default', () => {
  const text = 'severity: [LOW]\nscan:\n  parallel: 2\ncache:\n  dir: /a\n';
  const all = settings({
    values: { severity: ['HIGH,CRITICAL'] },
    env: { TRIVY_SEVERITY: 'MEDIUM', TRIVY_PARALLEL: '3' },
    file: file(text),
  });
  expect(all.list('severity')).toEqual(['HIGH', 'CRITICAL']);
  expect(all.number('scan.parallel')).toBe(3);
  expect(all.text('cache.dir')).toBe('/a');
  expect(all.list('pkg.types')).toEqual(['os', 'library']);
  expect(all.number('timeout')).toBe(300_000);
});

test('older names of flags and values are known', () => {
  expect(settings({ values: { 'security-checks': ['vulnerability'] } }).list('scan.scanners')).toEqual([
    'vuln',
  ]);
  expect(settings({ env: { TRIVY_VULN_TYPE: 'os' } }).list('pkg.types')).toEqual(['os']);
});

test('switches take a value', () => {
  expect(settings({ values: { 'list-all-pkgs': 'false' } }).isOn('list-all-pkgs')).toBe(false);
  expect(settings({ values: { insecure: 'true' } }).isOn('insecure')).toBe(true);
});

test('every setting is in one class; what is not honoured says why', () => {
  expect(flags.length).toBe(150);
  for (const flag of flags) {
    expect(flag.class === 'honoured' || (flag.note ?? '') !== '').toBe(true);
  }
});

test('every form of reports can be asked for', () => {
  const choices = flags.find(({ name }) => name === 'format')?.choices ?? [];
  expect(choices.toSorted()).toEqual(reportFormats.map(({ id }) => id).toSorted());
});

test('what has no effect yet is an error, unless it is turned off', () => {
  expect(() => settings({ values: { 'ignore-policy': 'x.rego' } })).toThrow(
    '--ignore-policy has no effect yet',
  );
  expect(() => settings({ env: { TRIVY_COMPLIANCE: 'k8s' } })).toThrow('no effect yet');
  expect(() => settings({ values: { 'include-non-failures': 'false' } })).not.toThrow();
});

test('what was removed or is satisfied otherwise is said', () => {
  const log = recordingLog();
  settings({ values: { 'clear-cache': 'true', 'skip-version-check': 'true' }, log });
  const { lines } = log;
  expect(lines.join('\n')).toMatch(/a setting was removed[\s\S]*--clear-cache/);
  expect(lines.join('\n')).toMatch(/satisfied otherwise[\s\S]*--skip-version-check/);
});

test('an unknown key of the file is an error with the nearest, or a warning', () => {
  expect(() => file('scan:\n  paralel: 2\n')).toThrow("unknown key 'scan.paralel'");
  expect(() => file('scan:\n  paralel: 2\n', true)).not.toThrow();
  expect(() => file('a: [')).toThrow('not valid YAML');
});

test('values that cannot be are errors', () => {
  expect(() => settings({ values: { severity: ['HIHG'] } })).toThrow("--severity cannot be 'HIHG'");
  expect(() => settings({ values: { timeout: 'soon' } })).toThrow('--timeout');
  expect(() => settings({ values: { parallel: 'many' } })).toThrow('--parallel');
});

test.each([
  ['severity: {toString: x}', 'severity cannot be \'{"toString":"x"}\''],
  ['format: [json, {a: b}]', 'format cannot be \'["json",{"a":"b"}]\''],
  ['scan:\n  skip-dirs: [a, [b]]', 'scan.skip-dirs cannot be \'["b"]\''],
  ['timeout: {}', "timeout cannot be '{}'"],
])('a list or map where one value belongs is an error: %s', (text, problem) => {
  expect(() => settings({ file: file(text) })).toThrow(problem);
});

test('a key of the file without a value is not set', () => {
  expect(settings({ file: file('severity:\ntimeout: ~\n') }).number('timeout')).toBe(300_000);
});

test('odd YAML is a warning on the log and nowhere else', () => {
  const log = recordingLog();
  const found = readConfigFile({ path: 'trivy.yaml', text: 'format: !own json' }, { lenient: false, log });
  expect(found.get('format')).toBe('json');
  expect(log.lines.join('\n')).toContain('Unresolved tag: !own');
});

test.each([
  ['0', 0],
  ['1h2m3.5s', 3_723_500],
  ['.5s', 500],
  ['250ms', 250],
  ['1500\u00b5s', 1.5],
  ['+1m', 60_000],
  ['-1m', -60_000],
])('the duration %s is %d ms', (text, ms) => {
  expect(settings({ values: { timeout: text } }).number('timeout')).toBe(ms);
});

test.each(['5', '', '1d', 's', '1m-3s', '--1s'])('%j is no duration', (text) => {
  expect(() => settings({ values: { timeout: text } })).toThrow('--timeout cannot be');
});

test('a wrong flag is wrong usage, a wrong variable or key a wrong configuration', () => {
  const problem = (code: string, message: string): unknown => expect.objectContaining({ code, message });
  expect(() => settings({ values: { severity: ['HIHG'] } })).toThrow(
    problem('usage.invalid', "--severity cannot be 'HIHG'"),
  );
  expect(() => settings({ env: { TRIVY_SEVERITY: 'HIHG' } })).toThrow(
    problem('config.invalid', "TRIVY_SEVERITY cannot be 'HIHG'"),
  );
  expect(() => settings({ file: file('severity: HIHG') })).toThrow(
    problem('config.invalid', "severity cannot be 'HIHG'"),
  );
});

test('kinds have aliases, and a nearest one', () => {
  expect(scanKind('filesystem')).toBe('fs');
  expect(scanKind('i')).toBe('image');
  expect(() => scanKind('imgae')).toThrow("'imgae' cannot be scanned");
});
