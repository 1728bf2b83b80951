// Runs the self-test of the built bundle on Debian's kernels under qemu, and writes docs/kernels.md. A long job.
// Usage: npm run kernels [-- NAME…]   NAME: 5.10-amd64, 6.1-amd64, 6.12-amd64, 6.1-arm64 or 6.12-arm64.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { runGuest } from './kernels/guest.ts';
import { containerRules, init } from './kernels/init.ts';
import { type Architecture, PackageView } from './kernels/packages.ts';
import { type KernelResult, reportPage, resultOf } from './kernels/report.ts';
import { makeRootTree, packInitramfs } from './kernels/root-tree.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, '.cache/kernels');
const page = join(root, 'docs/kernels.md');
const logs = join(root, 'docs/kernels');
const resultsFile = join(logs, 'results.json');

const kernels = [
  { id: '6.1-amd64', series: '6.1', architecture: 'amd64' },
  { id: '6.12-amd64', series: '6.12', architecture: 'amd64' },
  { id: '5.10-amd64', series: '5.10', architecture: 'amd64' },
  { id: '6.1-arm64', series: '6.1', architecture: 'arm64' },
  { id: '6.12-arm64', series: '6.12', architecture: 'arm64' },
] as const;

const wanted = process.argv.slice(2);
const unknown = wanted.find((id) => !kernels.some((kernel) => kernel.id === id));
if (unknown !== undefined) {
  throw new Error(`there is no kernel ${unknown}; there are ${kernels.map(({ id }) => id).join(', ')}`);
}
mkdirSync(cache, { recursive: true });
await import('./build.ts');
const packages = new PackageView(cache);
packages.update();

// A run of some kernels keeps the rows of the others.
const results = new Map(
  Object.entries(JSON.parse(readFileSync(resultsFile, 'utf8')) as Record<string, KernelResult>),
);
const images = new Map<Architecture, string>();
for (const { id, series, architecture } of kernels) {
  if (wanted.length > 0 && !wanted.includes(id)) {
    continue;
  }
  const image = images.get(architecture) ?? makeInitramfs(architecture);
  images.set(architecture, image);
  const name = packages.newestKernel(series, architecture);
  process.stderr.write(`${name} … `);
  const run = runGuest(packages.unpack(name, architecture), image, architecture);
  writeFileSync(join(logs, `${id}.txt`), run.console);
  const result = resultOf(name, architecture, run, new Date().toISOString().slice(0, 10));
  process.stderr.write(`${result.refusal ?? `${result.seen} of ${result.total}`}\n`);
  results.set(id, result);
  writeFileSync(resultsFile, await formatted(JSON.stringify(Object.fromEntries(results)), resultsFile));
}
const ordered = new Map(
  kernels.flatMap(({ id }) => {
    const result = results.get(id);
    return result === undefined ? [] : [[id, result] as const];
  }),
);
writeFileSync(page, await formatted(reportPage(ordered), page));
console.log(reportPage(ordered));

async function formatted(text: string, path: string): Promise<string> {
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}

/** What a guest of an architecture boots into; gives its path. */
function makeInitramfs(architecture: Architecture): string {
  const tree = makeRootTree(root, cache, packages, architecture);
  writeFileSync(join(tree, 'init'), init, { mode: 0o755 });
  writeFileSync(join(tree, 'lanner/container.yaml'), containerRules);
  const image = join(cache, `initramfs-${architecture}.cpio`);
  packInitramfs(tree, image);
  rmSync(tree, { recursive: true });
  return image;
}
