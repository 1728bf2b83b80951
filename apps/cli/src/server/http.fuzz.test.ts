import { afterAll, expect, test } from 'vitest';
import { endFuzzHttp, fuzzHttp } from './http.fuzz.ts';

afterAll(endFuzzHttp);

test('no request breaks the server, its answers, its log or its store', async () => {
  const { byStatus, inputs } = await fuzzHttp(800, 1);
  expect(inputs).toBe(800);
  // Some are carried out, some refused: a fuzzer whose requests all end the same way tests nothing.
  expect(byStatus[200]).toBeGreaterThan(20);
  expect(byStatus[400]).toBeGreaterThan(20);
  // The clock moves on with each: what is asked too fast is not looked at.
  expect(byStatus[429] ?? 0).toBeLessThan(10);
}, 60_000);
