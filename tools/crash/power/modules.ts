import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * Kernel modules with those that they need, in the order in which they can be loaded. Without an installation nobody has
 * written down who needs whom: it is read from the modules. Throws for a name that the kernel has no module of.
 */
export function modulesInOrder(kernelFolder: string, wanted: readonly string[]): string[] {
  const paths = new Map(
    globSync('lib/modules/*/kernel/**/*.ko', { cwd: kernelFolder }).map((path) => [
      basename(path, '.ko').replaceAll('-', '_'),
      join(kernelFolder, path),
    ]),
  );
  const ordered = new Set<string>();
  const add = (name: string): void => {
    const path = paths.get(name);
    if (path === undefined) {
      throw new Error(`the kernel has no module ${name}`);
    }
    neededBy(readFileSync(path)).forEach(add);
    ordered.add(path);
  };
  wanted.forEach(add);
  return [...ordered];
}

/** The names of the modules that a module says to need. */
export function neededBy(module: Buffer): string[] {
  const text = module.toString('latin1');
  const [, names = ''] = /\0depends=([^\0]*)\0/.exec(text) ?? [];
  return names === '' ? [] : names.split(',').map((name) => name.replaceAll('-', '_'));
}
