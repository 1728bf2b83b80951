import type { HostFiles } from '../../analyzer.ts';

/** Recipes read at most, however large the cache is. */
const maxRecipes = 20_000;

/** Licences by library name, from the recipes in the user's cache of Conan 1 or 2. */
export function conanCacheLicenses(host: HostFiles): ReadonlyMap<string, readonly string[]> {
  const { CONAN_USER_HOME: home1, CONAN_HOME: home2, HOME: home = '' } = host.env;
  // Conan 1: name/version/user/channel/export; Conan 2: one folder for each recipe, its name a digest.
  const caches: readonly (readonly [string, number, string])[] = [
    [`${home1 ?? home}/.conan/data`, 4, 'export/conanfile.py'],
    [`${home2 ?? `${home}/.conan2`}/p`, 1, 'e/conanfile.py'],
  ];
  const licenses = new Map<string, readonly string[]>();
  let recipes = 0;
  for (const [folder, depth, recipe] of caches) {
    for (const path of foldersAt(host, folder, depth)) {
      const text = ++recipes <= maxRecipes ? host.read(`${path}/${recipe}`)?.toString('utf8') : undefined;
      const name = text && attribute(text, 'name');
      const license = text && attribute(text, 'license');
      if (name && license) {
        licenses.set(name, [license]);
      }
    }
  }
  return licenses;
}

function* foldersAt(host: HostFiles, folder: string, depth: number): Generator<string> {
  if (depth === 0) {
    yield folder;
    return;
  }
  for (const name of host.list(folder)) {
    yield* foldersAt(host, `${folder}/${name}`, depth - 1);
  }
}

/** The first `key = "text"` of a recipe. */
function attribute(text: string, key: string): string | undefined {
  return new RegExp(`^[ \\t]*${key}[ \\t]*=[ \\t]*\\(?["']([^"'\\n]+)["']`, 'm').exec(text)?.[1];
}
