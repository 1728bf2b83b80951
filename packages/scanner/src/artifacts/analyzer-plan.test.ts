import { expect, test } from 'vitest';
import { type Analyzer, defineAnalyzer, everywhere, onlyAt } from '../analyzer.ts';
import { plainContext } from '../testkit/file.ts';
import { AnalyzerPlan } from './analyzer-plan.ts';

const asked: string[] = [];

function analyzer(id: string, wanted: Pick<Analyzer, 'paths' | 'wants'>): Analyzer {
  return defineAnalyzer({
    id,
    revision: 1,
    doc: 'Reads.',
    scope: 'file',
    targets: everywhere,
    scanners: ['vuln'],
    ...(wanted.paths === undefined ? {} : { paths: wanted.paths }),
    wants: (file, context) => {
      asked.push(`${id} ${file.path}`);
      return wanted.wants(file, context);
    },
    analyze: () => null,
  });
}

const all = [
  analyzer('first', onlyAt('etc/os-release', 'usr/lib/os-release')),
  analyzer('second', { wants: ({ path }) => path.startsWith('etc/') }),
  analyzer('third', onlyAt('etc/os-release')),
];

function wanting(plan: AnalyzerPlan, path: string): string[] {
  asked.length = 0;
  return plan.of({ path, size: 1, mode: 0o644 }).map(({ id }) => id);
}

test('analyzers come in their order, wherever they look', () => {
  const plan = new AnalyzerPlan(all, plainContext);
  expect(wanting(plan, 'etc/os-release')).toEqual(['first', 'second', 'third']);
  expect(wanting(plan, 'usr/lib/os-release')).toEqual(['first']);
  expect(wanting(plan, 'etc/hosts')).toEqual(['second']);
});

test('one that looks at some paths only is not asked about others', () => {
  expect(wanting(new AnalyzerPlan(all, plainContext), 'usr/bin/env')).toEqual([]);
  expect(asked).toEqual(['second usr/bin/env']);
});

test('a pattern of the user takes an analyzer to other files, too', () => {
  const pattern = { analyzer: 'third', matches: (path: string) => path.endsWith('.release') };
  const plan = new AnalyzerPlan(all, plainContext, [pattern]);
  expect(wanting(plan, 'etc/my.release')).toEqual(['second', 'third']);
  expect(wanting(plan, 'etc/os-release')).toEqual(['first', 'second', 'third']);
});
