import { expect, test } from 'vitest';
import { attribute } from './otlp.ts';
import { CounterSet } from './otlp-counters.ts';

test('series are bounded, and what is beyond is one series', () => {
  const counters = new CounterSet(3, new Date(0), { c: 'Counted' });
  for (let i = 0; i < 10; i++) {
    counters.add('c', [attribute('i', String(i))], 1);
  }
  counters.add('c', [attribute('i', '0')], 5);
  expect(counters.metrics(new Date(1))).toEqual([
    {
      name: 'c',
      description: 'Counted',
      sum: {
        dataPoints: [
          ...['6', '1', '1'].map((asInt, i) => ({
            startTimeUnixNano: '0',
            timeUnixNano: '1000000',
            asInt,
            attributes: [{ key: 'i', value: { stringValue: String(i) } }],
          })),
          {
            startTimeUnixNano: '0',
            timeUnixNano: '1000000',
            asInt: '7',
            attributes: [{ key: 'otel.metric.overflow', value: { boolValue: true } }],
          },
        ],
        aggregationTemporality: 2,
        isMonotonic: true,
      },
    },
  ]);
});
