import { expect, test } from 'vitest';
import { agentOptions } from '../agent/options.ts';
import { detectOptions } from '../detect/options.ts';
import { fromDetect, upOptions } from './options.ts';
import { LocalSensor } from './sensor.ts';

test('whoever has a sensor as a part has the options of detect that concern it', () => {
  expect(fromDetect).toEqual(expect.arrayContaining(['scope', 'cpu-budget', 'memory-budget']));
  for (const name of fromDetect) {
    expect([upOptions[name], agentOptions[name]]).toEqual([detectOptions[name], detectOptions[name]]);
  }
});

test.each(['0', '-1', 'often', '1e9'])('--selftest-hours %s is no number of hours', (hours) => {
  expect(() => new LocalSensor({ 'selftest-hours': hours })).toThrow(
    `--selftest-hours ${hours} is no number`,
  );
});
