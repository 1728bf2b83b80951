import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readsFiles, takeAhead } from './ahead.ts';
import { layerCachePath } from './layer-cache-path.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-ahead-'));
const kept = join(folder, 'kept');
const fresh = join(folder, 'fresh');
mkdirSync(dirname(layerCachePath(kept)), { recursive: true });
writeFileSync(layerCachePath(kept), '');

afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  [['rootfs', '/'], {}, true],
  [['fs', '--scanners', 'secret', '.'], {}, true],
  [['repo', 'https://example.org/a.git'], {}, true],
  [['image', '--cache-backend', 'memory', 'debian:12'], { TRIVY_CACHE_DIR: kept }, true],
  [['image', 'debian:12', '--cache-backend=memory'], { TRIVY_CACHE_DIR: kept }, true],
  [['image', 'debian:12'], { TRIVY_CACHE_BACKEND: 'memory', TRIVY_CACHE_DIR: kept }, true],
  // Layers may be known.
  [['image', 'debian:12'], { TRIVY_CACHE_DIR: kept }, false],
  [['image', 'debian:12', '--cache-dir', kept], { TRIVY_CACHE_DIR: fresh }, false],
  [
    ['image', 'debian:12', '--cache-backend', 'fs'],
    { TRIVY_CACHE_BACKEND: 'memory', TRIVY_CACHE_DIR: kept },
    false,
  ],
  // No layer is.
  [['image', 'debian:12'], { TRIVY_CACHE_DIR: fresh }, true],
  [['image', `--cache-dir=${fresh}`, 'debian:12'], { TRIVY_CACHE_DIR: kept }, true],
  [['image', '--help'], { TRIVY_CACHE_DIR: fresh }, false],
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
