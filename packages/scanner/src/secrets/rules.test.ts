import { describe, expect, test } from 'vitest';
import { builtinRules } from './rules.ts';

// A quadratic pattern takes half a minute and more for it.
const size = 2 ** 18;

/** Texts that bring patterns with unbounded parts to try again and again. */
function adversarial(keyword: string): string[] {
  const parts = [
    keyword,
    `${keyword}${'a'.repeat(100)}`,
    `${keyword} = `,
    `"${keyword}: '`,
    `<${keyword}>${' '.repeat(50)}a`,
    `-----BEGIN PRIVATE KEY-----${' '.repeat(40)}\n`,
    `sv=2024-01-01&a=`,
    `${keyword}.ey${'A'.repeat(30)}.`,
  ];
  const openings = [
    `<${keyword}>`,
    `-----BEGIN PRIVATE KEY-----${'A'.repeat(64)}`,
    keyword,
    'eyAAAAAAAAAAAAAAAAAAA.ey',
  ];
  return [
    ...parts.map((part) => part.repeat(size / part.length)),
    ...openings.flatMap((opening) => [
      opening + ' '.repeat(size),
      opening + 'A'.repeat(size),
      `${opening}${'A '.repeat(size / 2)}`,
    ]),
  ];
}

describe('every pattern takes linear time', () => {
  test.each(builtinRules.map((rule) => [rule.id, rule] as const))('%s', (_id, { pattern, keywords }) => {
    const [keyword = ''] = keywords;
    for (const text of adversarial(keyword)) {
      // Processor time of this thread: a busy machine makes it no longer.
      const before = process.threadCpuUsage();
      expect(Array.from(pattern(text)).length).toBeLessThan(size);
      // A linear one takes hundredths of a second.
      expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(2000);
    }
  });
});
