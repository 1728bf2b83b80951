// Packages that few starts need become files of their own, which the first call loads: half of the code that a scan
// would read otherwise. Sources import them as any other package.
import { join } from 'node:path';
import { rolldown, type RolldownPlugin } from 'rolldown';

const packages = ['re2js', 'yaml', 'saxes', 'smol-toml'];
const prefix = '\0lazy:';

export function lazyPackages(): RolldownPlugin {
  return {
    name: 'lazy-packages',
    resolveId: {
      order: 'pre',
      handler: (id) => (packages.includes(id) ? `${prefix}${id}` : null),
    },
    load: (id) => (id.startsWith(prefix) ? standIn(id.slice(prefix.length)) : null),
  };
}

/** Writes the files that `lazyPackages` refers to. */
export async function writeLazyPackages(
  root: string,
  dist: string,
  plugins: RolldownPlugin[],
): Promise<void> {
  for (const name of packages) {
    const bundle = await rolldown({ input: name, cwd: root, platform: 'node', plugins });
    await bundle.write({ format: 'cjs', minify: true, file: join(dist, fileOf(name)), codeSplitting: false });
    await bundle.close();
  }
}

function fileOf(name: string): string {
  return `lanner-lazy-${name}.cjs`;
}

/** A module whose functions and classes are those of the package once they are called, made or asked for something. */
async function standIn(name: string): Promise<string> {
  const members = Object.entries((await import(name)) as Record<string, unknown>)
    .filter(([key, value]) => typeof value === 'function' && /^[a-z]\w*$/i.test(key) && key !== 'default')
    .map(([key]) => key);
  return `import { createRequire } from 'node:module';
let loaded;
const all = () => (loaded ??= createRequire(import.meta.url)('./${fileOf(name)}'));
const lazy = (key) => new Proxy(function () {}, {
  apply: (_, self, given) => Reflect.apply(all()[key], self, given),
  construct: (_, given) => Reflect.construct(all()[key], given),
  get: (_, member) => all()[key][member],
});
${members.map((key) => `export const ${key} = /* @__PURE__ */ lazy('${key}');`).join('\n')}
`;
}
