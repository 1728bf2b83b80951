import { describe, expect, test } from 'vitest';
import { readsFiles, takeAhead } from './ahead.ts';

describe.each([
  [['rootfs', '/'], {}, true],
  [['fs', '--scanners', 'secret', '.'], {}, true],
  [['repo', 'https://example.org/a.git'], {}, true],
  [['image', '--cache-backend', 'memory', 'debian:12'], {}, true],
  [['image', 'debian:12', '--cache-backend=memory'], {}, true],
  [['image', 'debian:12'], { TRIVY_CACHE_BACKEND: 'memory' }, true],
  // Layers may be known.
  [['image', 'debian:12'], {}, false],
  [['image', 'debian:12', '--cache-backend', 'fs'], { TRIVY_CACHE_BACKEND: 'memory' }, false],
  [['sbom', 'bom.json'], {}, false],
  [['rootfs'], {}, false],
  [['rootfs', '--help'], {}, false],
  [['rootfs', '/', '-h'], {}, false],
  [['fs', '.', '--generate-default-config'], {}, false],
  // It would be another process.
  [['fs', '.', '--memory-limit', '1000'], {}, false],
  [['fs', '.', '--memory-limit=1000'], {}, false],
] as const)('scan %j', (args, env, expected) => {
  test(`${expected ? 'reads' : 'may read no'} files`, () => {
    expect(readsFiles(args, env)).toBe(expected);
  });
});

test('nothing is there that was not started', () => {
  expect(takeAhead()).toBeNull();
});
