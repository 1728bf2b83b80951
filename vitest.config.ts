import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{packages,apps}/*/src/**/*.test.ts',
      'conformance/**/*.test.ts',
      'e2e/**/*.test.ts',
      'tools/**/*.test.ts',
    ],
    pool: 'threads',
    testTimeout: 30_000,
    // A second, which is the default, is little on a busy machine.
    expect: { poll: { timeout: 25_000, interval: 20 } },
  },
});
