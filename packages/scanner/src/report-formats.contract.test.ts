import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { reportFormats } from './report-formats/registry.gen.ts';
import { shippedTemplate, writeReport } from './report/index.ts';
import { fixedOptions, sampleReport } from './testkit/report.ts';

// Holds for every format, also for those that will be written later.
describe.each(reportFormats.map((format) => [format.id, format] as const))('%s', (_id, format) => {
  function write(report = sampleReport): string {
    return [...format.write(report, { ...fixedOptions(), template: '{{ len . }}' })].join('');
  }

  test('writes a report with every kind of finding, and one with none', () => {
    expect(write()).not.toBe('');
    expect(write({ ...sampleReport, results: [] })).not.toBe('');
  });

  test('writes the same again', () => {
    expect(write()).toBe(write());
  });

  test('lets no escape sequence of an advisory through', () => {
    expect(write()).not.toContain('\u001b');
  });

  test('stands halves of characters in names, which a report that is read can have', () => {
    const results = sampleReport.results.map((result) => ({
      ...result,
      target: `half \ud800 ${result.target}`,
    }));
    expect(write({ ...sampleReport, artifactName: '\udc00', results })).not.toBe('');
  });

  test('says what it is', () => {
    expect(format.doc).toMatch(/^.*\.$/);
  });
});

test('ids are unique and equal the file names', () => {
  const files = readdirSync(new URL('./report-formats/', import.meta.url)).filter((name) =>
    /^[a-z0-9-]+\.ts$/.test(name),
  );
  expect(reportFormats.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
});

test('SARIF says where a repository is that was cloned into a folder that is gone', () => {
  const log = (artifactName: string): string =>
    [
      ...writeReport('sarif', { ...sampleReport, artifactType: 'repository', artifactName }, fixedOptions()),
    ].join('');
  expect(log('https://example.com/team/app')).toContain('"uri": "https://example.com/team/app/"');
  expect(log('src/app')).toContain('"uri": "file:///src/app/"');
});

test.each(['json', 'sarif', 'cyclonedx', 'spdx-json', 'github', 'cosign-vuln'])('%s is JSON', (id) => {
  const format = reportFormats.find((one) => one.id === id)!;
  expect(() => JSON.parse([...format.write(sampleReport, fixedOptions())].join('')) as unknown).not.toThrow();
});

const template = reportFormats.find(({ id }) => id === 'template')!;

function byTemplate(name: string): string {
  const text = shippedTemplate(`contrib/${name}.tpl`)!;
  return [
    ...template.write(sampleReport, { ...fixedOptions(), template: text, env: { AWS_REGION: 'eu-1' } }),
  ].join('');
}

test.each(['gitlab', 'gitlab-codequality', 'asff'])('the template %s gives JSON of all findings', (name) => {
  const written = byTemplate(name);
  expect(() => JSON.parse(written) as unknown).not.toThrow();
  expect(written).toContain('CVE-2026-0001');
});

test.each(['junit', 'html'])('the template %s escapes what it prints', (name) => {
  const written = byTemplate(name);
  expect(written).toContain('CVE-2026-0001');
  expect(written).not.toContain('<b>title');
});

test('a template that is not named is an error that says so', () => {
  expect(() => [...template.write(sampleReport, fixedOptions())]).toThrow(
    expect.objectContaining({ code: 'usage.invalid' }),
  );
  expect(shippedTemplate('contrib/other.tpl')).toBeNull();
});

test.each(['cyclonedx', 'spdx-json'])('an operating system that nobody knows has no version in %s', (id) => {
  const format = reportFormats.find((one) => one.id === id)!;
  const [first] = sampleReport.results;
  const report = {
    ...sampleReport,
    metadata: { os: { family: 'none', name: '' } },
    results: [{ ...first!, target: 'x (none )', type: 'none' }],
  };
  const text = [...format.write(report, fixedOptions())].join('');
  expect(text).toMatch(/"name": "none"/);
  expect(text).not.toMatch(/"version(Info)?": ""/);
});
