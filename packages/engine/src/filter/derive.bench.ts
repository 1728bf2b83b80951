import { readdirSync, readFileSync } from 'node:fs';
import type { Benchmark } from '../../../../tools/bench/benchmark.ts';
import { loadRules } from '../rules/load-rules.ts';
import { deriveFilter, filteredRules } from './derive.ts';

const folder = new URL('../../../../rules/', import.meta.url);

function defaultRules(): ReturnType<typeof filteredRules> {
  const names = readdirSync(folder)
    .filter((name) => /^[123]0-.*(?<!\.test)\.yaml$/.test(name))
    .sort();
  const files = names.map((name) => ({ name, content: readFileSync(new URL(name, folder), 'latin1') }));
  return filteredRules(loadRules(files, { plugins: [{ name: 'container', version: '0.7.1' }] }));
}

export const benchmarks: readonly Benchmark[] = (['history', 'verified'] as const).map((descriptors) => {
  let rules: ReturnType<typeof filteredRules> = [];
  return {
    id: `filter.derive-${descriptors}`,
    unit: 'ms',
    note: 'the kernel filter of the default rules',
    prepare: () => {
      rules = defaultRules();
    },
    run() {
      const started = performance.now();
      deriveFilter(rules, { descriptors });
      return performance.now() - started;
    },
  };
});
