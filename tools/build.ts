// Bundles the command line into dist/: what every start needs, chunks that commands load, and the default rules.
// Reproducible: no times, no paths.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { buildPage } from './build-page.ts';
import { lazyBuiltins } from './lazy-builtins.ts';
import { lazyPackages, writeLazyPackages } from './lazy-packages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

await import('./gen-registry.ts');
rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, 'rules'), { recursive: true });

/**
 * What runs, and its entry. Files of their own have what reads artifacts in a process of its own, and threads: what
 * reads the ring, what loads rules for the page, and what reads and writes the store.
 */
const bundles = [
  { file: 'lanner.bundle.mjs', entry: 'apps/cli/src/main.ts', split: true },
  { file: 'lanner-analysis.mjs', entry: 'apps/cli/src/scan/analysis-process.ts', split: false },
  { file: 'lanner-worker.bundle.mjs', entry: 'apps/cli/src/live/worker.ts', split: false },
  { file: 'lanner-rules.mjs', entry: 'apps/cli/src/rule-desk/worker.ts', split: false },
  { file: 'lanner-store.mjs', entry: 'packages/hub/src/store/sqlite/worker.ts', split: false },
];
const ascii = { name: 'ascii', renderChunk: (code: string) => asciiOnly(code) };
for (const { file, entry, split } of bundles) {
  const bundle = await rolldown({
    input: join(root, entry),
    platform: 'node',
    // It finds its prebuilt library by where it lies.
    external: ['koffi'],
    // The other form looks for its WebAssembly in a file beside it.
    resolve: { alias: { '@platformatic/wasm-utils': '@platformatic/wasm-utils/bundled' } },
    transform: { define: { LANNER_VERSION: JSON.stringify(version) } },
    // The list of commands holds the command that reads it.
    checks: { ineffectiveDynamicImport: false },
    plugins: [lazyPackages(), { name: 'lazy-builtins', renderChunk: lazyBuiltins }, ascii],
  });
  await bundle.write({
    format: 'esm',
    minify: true,
    // Chunks lie beside the entry: code finds other files by where it lies.
    ...(split
      ? { dir: dist, entryFileNames: file, chunkFileNames: 'lanner-[name]-[hash].mjs' }
      : { file: join(dist, file), codeSplitting: false }),
  });
  await bundle.close();
}
await writeLazyPackages(root, dist, [ascii]);

// What every start waits for is compiled once a machine: the cache keeps what the compiler made of it. Each thread asks
// for it itself.
copyFileSync(join(root, 'bin/compile-cache.mjs'), join(dist, 'compile-cache.mjs'));
for (const name of ['lanner', 'lanner-worker']) {
  writeFileSync(
    join(dist, `${name}.mjs`),
    `#!/usr/bin/env node\nimport { keepCompiled } from './compile-cache.mjs';\nkeepCompiled();\nawait import('./${name}.bundle.mjs');\n`,
    { mode: 0o755 },
  );
}

for (const name of readdirSync(join(root, 'rules')).filter(
  (file) => /\.ya?ml$/.test(file) && !file.includes('.test.'),
)) {
  copyFileSync(join(root, 'rules', name), join(dist, 'rules', name));
}
copyFileSync(join(root, 'LICENSE'), join(dist, 'LICENSE'));

for (const name of readdirSync(join(root, 'packages/sensor/bpf')).filter((file) => file.endsWith('.bpf.o'))) {
  copyFileSync(join(root, 'packages/sensor/bpf', name), join(dist, name));
}
copyKoffi();
await buildPage(join(dist, 'page'));

const scripts = readdirSync(dist)
  .filter((name) => /\.[cm]js$/.test(name))
  .sort();
const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => relative(dist, join(parentPath, name)))
  .sort();
writeFileSync(join(dist, 'SHA256SUMS'), files.map((name) => `${sha256(name)}  ${name}\n`).join(''));
let size = 0;
for (const name of scripts) {
  size += statSync(join(dist, name)).size;
}
console.log(`dist/ ${scripts.length} scripts, ${Math.round(size / 1024)} KiB`);

/**
 * Other characters as escapes, which mean the same in strings, templates and regular expressions: with a single one of
 * them, the runtime keeps the whole file with two bytes a character.
 */
function asciiOnly(code: string): string {
  return code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The library that calls into libbpf, with what is prebuilt of it for the architectures that are installed. */
function copyKoffi(): void {
  const packages = ['koffi', ...['x64', 'arm64'].map((arch) => `@koromix/koffi-linux-${arch}`)];
  for (const name of packages.filter((each) => existsSync(join(root, 'node_modules', each)))) {
    cpSync(join(root, 'node_modules', name), join(dist, 'node_modules', name), {
      recursive: true,
      // What only an installation from source needs.
      filter: (path) => !/\/koffi\/(vendor|doc)(\/|$)/.test(path),
    });
  }
}

function sha256(name: string): string {
  return createHash('sha256')
    .update(readFileSync(join(dist, name)))
    .digest('hex');
}
