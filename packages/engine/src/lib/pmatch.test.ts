import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGlob } from './glob.ts';
import { compilePaths } from './pmatch.ts';

describe('compilePaths', () => {
  test('holds when the components of some path begin those of the value', () => {
    const component = fc.constantFrom('a', 'b', 'a*', '?', '', '[ab]');
    const path = fc.array(component, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
    const split = (text: string): string[] => text.split('/').filter((part) => part !== '');
    fc.assert(
      fc.property(fc.array(path, { maxLength: 4 }), path, (paths, value) => {
        const parts = split(value);
        const wanted = paths.some((prefix) => {
          const globs = split(prefix);
          return globs.length <= parts.length && globs.every((glob, i) => compileGlob(glob)(parts[i] ?? ''));
        });
        expect(compilePaths(paths)(value)).toBe(wanted);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    [['/var/run'], '/var/run/docker', true],
    [['/var/run'], '/var', false],
    [['/var/run'], '/var/runner', false],
    [['/var/run/'], '//var//run', true],
    [['/'], '/anything', true],
    [['/usr', '/usr/lib'], '/usr/bin', true],
    [['/home/*/.ssh'], '/home/me/.ssh/id', true],
    [['/home/*/.ssh'], '/home/a/b/.ssh', false],
    [['/home/a*/x', '/home/*b/y'], '/home/ab/y', true],
    [[], '/etc', false],
    [['/etc'], '', false],
  ])('%j contains %s: %s', (paths, value, wanted) => {
    expect(compilePaths(paths)(value)).toBe(wanted);
  });

  test('ten thousand paths are as fast as one', () => {
    const matches = compilePaths(Array.from({ length: 10_000 }, (_, i) => `/data/${i}/x`));
    const start = performance.now();
    for (let i = 0; i < 50_000; i++) {
      matches('/data/9999/y');
    }
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
