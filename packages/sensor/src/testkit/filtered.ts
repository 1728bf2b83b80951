import { deriveFilter, filteredRules, type KernelFilter, type LoadedRule, loadRules } from '@lanner/engine';
import { expect } from 'vitest';
import { alertsOf, byThread, passing, type Watched } from './two-sensors.ts';

/** The rules on system calls of some YAML texts, which must be without errors. */
export function loadedRules(texts: readonly string[]): readonly LoadedRule[] {
  const set = loadRules(
    texts.map((content, i) => ({ name: `${i}.yaml`, content })),
    { plugins: [{ name: 'container', version: '0.7.1' }] },
  );
  expect(set.results.flatMap(({ errors }) => errors)).toEqual([]);
  return set.rules.filter(({ source }) => source === 'syscall');
}

/** The filter that the kernel gets for these rules. */
export function filterOf(rules: readonly LoadedRule[]): KernelFilter {
  return deriveFilter(filteredRules({ ...loadRules([], { plugins: [] }), enabled: rules }), {
    descriptors: 'verified',
  });
}

/** Fails unless the kernel kept what `createFilter` keeps, and unless the rules say of it what they say of everything. */
export function expectSame(watched: Watched, filter: KernelFilter, rules: readonly LoadedRule[]): void {
  expect(byThread(watched.kept)).toEqual(byThread(passing(filter, watched.all)));
  expect(alertsOf(watched.kept, rules)).toEqual(alertsOf(watched.all, rules));
}
