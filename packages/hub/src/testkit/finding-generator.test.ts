import { expect, test } from 'vitest';
import { scanGenerator } from './finding-generator.ts';

test('scans are the same for the same seed, and as many as were asked for', () => {
  const scans = [...scanGenerator()];
  expect(scans).toHaveLength(100);
  const findings = scans.flatMap((scan) => scan.findings);
  expect(findings).toHaveLength(20_000);
  expect(new Set(scans.map(({ artifact }) => artifact.key)).size).toBe(100);
  expect([...scanGenerator({ images: 3, findings: 50 })]).toEqual([
    ...scanGenerator({ images: 3, findings: 50 }),
  ]);
  expect([...scanGenerator({ images: 3, findings: 50, seed: 2 })]).not.toEqual([
    ...scanGenerator({ images: 3, findings: 50 }),
  ]);
});

test('findings are of all severities, some known to be exploited, most fixed somewhere, and each once in its image', () => {
  for (const { findings } of scanGenerator()) {
    expect(new Set(findings.map((each) => `${each.kind} ${each.id} ${each.package}`)).size).toBe(
      findings.length,
    );
  }
  const all = [...scanGenerator()].flatMap(({ findings }) => findings);
  expect(new Set(all.map(({ severity }) => severity)).size).toBe(5);
  const share = (test: (finding: (typeof all)[number]) => boolean): number =>
    all.filter(test).length / all.length;
  expect(share(({ kev }) => kev)).toBeGreaterThan(0.001);
  expect(share(({ kev }) => kev)).toBeLessThan(0.02);
  expect(share(({ fixedVersion }) => fixedVersion !== '')).toBeGreaterThan(0.5);
  expect(share(({ kind }) => kind !== 'vulnerability')).toBeGreaterThan(0.01);
});
