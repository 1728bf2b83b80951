// Bundles the command line into dist/: one file of JavaScript and the default rules. Reproducible: no times, no paths.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

await import('./gen-registry.ts');
rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, 'rules'), { recursive: true });

const bundle = await rolldown({
  input: join(root, 'apps/cli/src/main.ts'),
  platform: 'node',
  transform: { define: { LANNER_VERSION: JSON.stringify(version) } },
});
await bundle.write({
  file: join(dist, 'lanner.bundle.mjs'),
  format: 'esm',
  minify: true,
  codeSplitting: false,
});
await bundle.close();

// The bundle is compiled once a machine: the cache keeps what the compiler made of it.
writeFileSync(
  join(dist, 'lanner.mjs'),
  `#!/usr/bin/env node\nimport { enableCompileCache } from 'node:module';\nenableCompileCache();\nawait import('./lanner.bundle.mjs');\n`,
  { mode: 0o755 },
);

for (const name of readdirSync(join(root, 'rules')).filter(
  (file) => /\.ya?ml$/.test(file) && !file.includes('.test.'),
)) {
  copyFileSync(join(root, 'rules', name), join(dist, 'rules', name));
}
copyFileSync(join(root, 'LICENSE'), join(dist, 'LICENSE'));

const files = ['lanner.mjs', 'lanner.bundle.mjs'];
writeFileSync(join(dist, 'SHA256SUMS'), files.map((name) => `${sha256(name)}  ${name}\n`).join(''));
const size = readFileSync(join(dist, 'lanner.bundle.mjs')).length;
console.log(`dist/lanner.bundle.mjs ${Math.round(size / 1024)} KiB`);

function sha256(name: string): string {
  return createHash('sha256')
    .update(readFileSync(join(dist, name)))
    .digest('hex');
}
