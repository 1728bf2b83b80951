import { setFlagsFromString } from 'node:v8';
import { defineConfig } from 'vitest/config';

// Threads of tests that load TypeScript by themselves share the WebAssembly that strips its types. V8 frees a wrapper of it
// that is compiled anew after so many calls while another thread ends, and crashes: here it is not compiled anew.
setFlagsFromString('--wasm-wrapper-tiering-budget=1000000000');

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
