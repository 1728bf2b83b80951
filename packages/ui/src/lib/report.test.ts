import { expect, test } from 'vitest';
import { attentionOf, type Report } from './report.ts';

type Facts = Parameters<typeof attentionOf>[0];

const quiet: Facts = {
  report: {
    criticals: { groups: [], hasMore: false },
    newCriticals: { count: 0, worst: [] },
    exploited: 0,
    blind: { count: 0, intervals: [] },
    coverage: { artifacts: 3, scanned: 3, stale: [] },
    acceptances: [],
    refused: [],
  },
  destinations: [],
  agents: [],
};

function textsOf(report: Partial<Report>, more: Partial<Facts> = {}): string[] {
  return attentionOf({ ...quiet, ...more, report: { ...quiet.report, ...report } }).map(
    ({ level, text }) => `${level}: ${text}`,
  );
}

test('a quiet week needs nothing', () => {
  expect(textsOf({})).toEqual([]);
});

test('the most urgent comes first, and one is not many', () => {
  expect(
    textsOf({
      exploited: 1,
      newCriticals: { count: 1200, worst: [] },
      blind: { count: 1, intervals: [] },
      coverage: { artifacts: 3, scanned: 1, stale: [] },
      refused: [
        { destination: 'a', count: 2, reason: '' },
        { destination: 'b', count: 3, reason: '' },
      ],
    }),
  ).toEqual([
    'critical: A vulnerability that is known to be exploited has a fix',
    'warning: 1,200 critical findings are new',
    'warning: Rules were blind once',
    'warning: 5 alerts were refused by destinations',
    'info: 2 images and hosts were not scanned',
  ]);
});

test('an acceptance that is about nothing any more is not worth a word', () => {
  const acceptance = {
    id: '1',
    findingId: 'CVE-1',
    artifact: null,
    packageName: null,
    untilMs: 1,
    reason: '',
    by: '',
  };
  expect(textsOf({ acceptances: [{ ...acceptance, acceptedMs: 0, findings: 0 }] })).toEqual([]);
  expect(textsOf({ acceptances: [{ ...acceptance, acceptedMs: 0, findings: 2 }] })).toEqual([
    'warning: An accepted risk ends',
  ]);
});
