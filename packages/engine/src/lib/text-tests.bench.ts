import type { Benchmark } from '../../../../tools/bench/benchmark.ts';
import { compileGlob } from './glob.ts';
import { membershipTest } from './equality.ts';
import { compilePaths } from './pmatch.ts';
import { compileRegex } from './regex.ts';

const paths = [
  '/usr/lib/x86_64-linux-gnu/libc.so.6',
  '/home/user/.ssh/id_ed25519',
  '/proc/4242/status',
  '/var/lib/docker/overlay2/0123456789abcdef/merged/etc/passwd',
  '/etc/passwd',
  'relative/name.tar.gz',
];
const rounds = 50_000;

/** Millions of tests a second over the paths above. */
function rate(id: string, test: (text: string) => boolean): Benchmark {
  return {
    id: `test.${id}`,
    unit: 'M/s',
    run() {
      let matches = 0;
      const start = performance.now();
      for (let round = 0; round < rounds; round++) {
        for (const path of paths) {
          matches += test(path) ? 1 : 0;
        }
      }
      const seconds = (performance.now() - start) / 1000;
      // Using the count keeps the calls from being optimised away.
      return matches < 0 ? 0 : (rounds * paths.length) / seconds / 1e6;
    },
  };
}

export const benchmarks: readonly Benchmark[] = [
  rate(
    'in',
    membershipTest(
      Array.from({ length: 1000 }, (_, i) => `/etc/file${i}`),
      'CHARBUF',
    ),
  ),
  rate('glob', compileGlob('/home/*/.ssh/[ik]*')),
  rate('pmatch', compilePaths(['/etc', '/usr/lib', '/home/*/.ssh', '/root'])),
  rate('regex-search', compileRegex('.*/overlay2/.*passwd')),
  rate('regex-v8', compileRegex('/home/[^/]+/\\.ssh/.*')),
  rate('regex-re2', compileRegex('/(proc|procfs)/[0-9]+/(status|stat).*')),
];
