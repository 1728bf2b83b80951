import { readdirSync, readFileSync } from 'node:fs';
import { bench, describe } from 'vitest';
import { loadRules } from '../rules/load-rules.ts';
import { deriveFilter, filteredRules } from './derive.ts';

const folder = new URL('../../../../rules/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => /^[123]0-.*(?<!\.test)\.yaml$/.test(name))
  .sort();

describe.each(['history', 'verified'] as const)(
  'the kernel filter of the default rules (descriptors: %s)',
  (descriptors) => {
    const rules = filteredRules(
      loadRules(
        names.map((name) => ({ name, content: readFileSync(new URL(name, folder), 'latin1') })),
        { plugins: [{ name: 'container', version: '0.7.1' }] },
      ),
    );
    bench('derive', () => {
      deriveFilter(rules, { descriptors });
    });
  },
);
