import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ecosystems } from './ecosystems/registry.gen.ts';
import { versionSchemes } from './versions/registry.gen.ts';

// Holds for every ecosystem, also for those that will be written later.
describe.each(ecosystems.map((ecosystem) => [ecosystem.id, ecosystem] as const))('%s', (_id, ecosystem) => {
  test('names a version scheme that exists, and applications', () => {
    expect(versionSchemes.map(({ id }) => id)).toContain(ecosystem.versions);
    expect(ecosystem.applications.length).toBeGreaterThan(0);
    expect(ecosystem.doc).toMatch(/^[A-Z.].*\.$/);
  });

  test('a normalised name stays as it is', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const normalized = ecosystem.normalizeName(name.toLowerCase());
        expect(ecosystem.normalizeName(normalized)).toBe(normalized);
      }),
    );
  });

  test('any name and version may be asked about', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, version) => {
        expect(['certain', 'candidate', null, undefined]).toContain(ecosystem.seal?.(name, version));
      }),
    );
  });
});

test('no application and no bucket belongs to two', () => {
  const applications = ecosystems.flatMap((ecosystem) => ecosystem.applications);
  expect(new Set(applications).size).toBe(applications.length);
  expect(new Set(ecosystems.map(({ bucket }) => bucket)).size).toBe(ecosystems.length);
});
