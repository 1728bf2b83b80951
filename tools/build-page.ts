// Bundles the page of packages/ui into packages/ui/dist/, or into another folder for what ships. Reproducible.
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const ui = fileURLToPath(new URL('../packages/ui/', import.meta.url));
/** In the order in which they count. */
const styles = [
  'tokens',
  'base',
  'shell',
  'parts',
  'events',
  'findings',
  'content',
  'access',
  'rules',
  'narrow',
  'report',
];
/** What a browser loads at first, packed. */
const mostBytes = 200 * 1024;

/** Where a clone has it. */
export const builtPage: string = join(ui, 'dist');

if (import.meta.main) {
  await buildPage(builtPage);
}

/**
 * For tests: builds the page where a clone has it, unless it is there and newer than all that it is made of. Several may
 * ask at once, and nobody is served half of it.
 */
export async function ensurePage(): Promise<void> {
  const isBuilt = existsSync(join(builtPage, 'page.js'));
  const builtMs = isBuilt ? statSync(join(builtPage, 'page.js')).mtimeMs : 0;
  const sources = globSync(['src/**/*', '../api/src/**/*.ts'], { cwd: ui });
  if (sources.every((path) => statSync(join(ui, path)).mtimeMs < builtMs)) {
    return;
  }
  const beside = `${builtPage}.${process.pid}`;
  await buildPage(beside);
  rmSync(builtPage, { recursive: true, force: true });
  try {
    renameSync(beside, builtPage);
  } catch {
    // Another one was quicker.
    rmSync(beside, { recursive: true });
  }
}

/** Throws when the page has grown beyond what it may have. */
export async function buildPage(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const bundle = await rolldown({
    input: join(ui, 'src/main.tsx'),
    platform: 'browser',
    tsconfig: join(ui, 'tsconfig.json'),
  });
  await bundle.write({ format: 'esm', minify: true, file: join(folder, 'page.js') });
  await bundle.close();
  const sheets = styles.map((name) => readFileSync(join(ui, 'src/styles', `${name}.css`), 'utf8'));
  writeFileSync(join(folder, 'page.css'), sheets.join(''));
  for (const name of ['index.html', 'icon.svg']) {
    copyFileSync(join(ui, 'src', name), join(folder, name));
  }
  let size = 0;
  for (const name of ['index.html', 'page.js', 'page.css', 'icon.svg']) {
    size += brotliCompressSync(readFileSync(join(folder, name))).length;
  }
  if (size > mostBytes) {
    throw new Error(`the page has ${size} bytes packed, more than ${mostBytes}`);
  }
  console.log(`page: ${Math.round(size / 1024)} KiB packed`);
}
