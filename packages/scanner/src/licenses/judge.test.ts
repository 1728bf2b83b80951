import { describe, expect, test } from 'vitest';
import { LicenseJudge } from './judge.ts';

const judge = new LicenseJudge();

describe('judge', () => {
  test.each([
    ['MIT License', 'notice', 'LOW'],
    ['GPL-3.0-or-later', 'restricted', 'HIGH'],
    ['AGPLv3', 'forbidden', 'CRITICAL'],
    ['MPL-2.0', 'reciprocal', 'MEDIUM'],
    ['CC0-1.0', 'unencumbered', 'LOW'],
    ['Own licence of the house', 'unknown', 'UNKNOWN'],
    ['MIT OR GPL-3.0-only', 'notice', 'LOW'],
    ['MIT AND GPL-3.0-only', 'restricted', 'HIGH'],
    ['MIT AND Own', 'unknown', 'UNKNOWN'],
    ['MIT OR Own', 'unknown', 'UNKNOWN'],
    ['mit', 'notice', 'LOW'],
  ])('%s is %s', (name, category, severity) => {
    expect(judge.judge(name)).toEqual({ category, severity });
  });

  test('lists take the place of the usual ones', () => {
    const own = new LicenseJudge({ forbidden: ['MIT'], notice: [] });
    expect(own.judge('MIT').category).toBe('forbidden');
    expect(own.judge('ISC').category).toBe('unknown');
    expect(own.judge('MPL-2.0').category).toBe('reciprocal');
  });

  test('texts are told by patterns, of which broken ones count for nothing', () => {
    const own = new LicenseJudge({ forbidden: ['text://(', 'text://no (?:copying|use)'] });
    expect(own.judgeText('There is no use.').severity).toBe('CRITICAL');
    expect(own.judgeText('(').severity).toBe('UNKNOWN');
  });
});
