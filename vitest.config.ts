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
    // Tests on the real kernel and real servers share the machine with others: CI tries one again before it says no.
    retry: process.env['CI'] === undefined ? 0 : 2,
  },
});
