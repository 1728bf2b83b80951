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
  file: join(dist, 'lanner.mjs'),
  format: 'esm',
  minify: true,
  codeSplitting: false,
  banner: '#!/usr/bin/env node',
});
await bundle.close();

for (const name of readdirSync(join(root, 'rules')).filter(
  (file) => /\.ya?ml$/.test(file) && !file.includes('.test.'),
)) {
  copyFileSync(join(root, 'rules', name), join(dist, 'rules', name));
}
copyFileSync(join(root, 'LICENSE'), join(dist, 'LICENSE'));
const digest = createHash('sha256')
  .update(readFileSync(join(dist, 'lanner.mjs')))
  .digest('hex');
writeFileSync(join(dist, 'SHA256SUMS'), `${digest}  lanner.mjs\n`);
console.log(
  `dist/lanner.mjs ${Math.round(readFileSync(join(dist, 'lanner.mjs')).length / 1024)} KiB, sha256 ${digest}`,
);
