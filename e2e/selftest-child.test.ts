import { expect, test } from 'vitest';
import { whyNoSensor } from '../packages/sensor/src/testkit/scoped-run.ts';
import { selftestInChild } from '../apps/cli/src/selftest/child.ts';

const reason = whyNoSensor();

test.skipIf(reason !== null)(
  `the self-test beside gives what it saw${reason === null ? '' : ` (skipped: ${reason})`}`,
  async () => {
    const { seen, missing, latencyMs } = await selftestInChild(new AbortController().signal, ['open-read']);
    expect([seen, missing]).toEqual([1, []]);
    expect(latencyMs.p99).toBeGreaterThan(0);
  },
);

test('one that ends without a result is told with what it said', async () => {
  await expect(selftestInChild(new AbortController().signal, ['nothing'])).rejects.toMatchObject({
    code: 'sensor.failed',
    message: expect.stringMatching(/^lanner selftest ended with 2: .+/) as string,
  });
});
