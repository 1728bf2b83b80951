import { isObject, type JsonObject, objectOf, stringOf, textsOf } from '../../lib/json.ts';
import { globMatcher } from '../../lib/glob.ts';
import { folderOf } from '../../lib/path.ts';

interface LinkedPackages {
  /** By path, packages behind links under the path of the link. */
  readonly packages: ReadonlyMap<string, JsonObject>;
  /** Names that the project or the workspace list asks for. */
  readonly direct: ReadonlySet<string>;
}

/**
 * Puts packages that a link in `node_modules` stands for in the place of the link, so that all packages lie below
 * `node_modules`. Links without a target are left out.
 */
export function linkedPackages(entries: JsonObject): LinkedPackages {
  const root = objectOf(entries['']);
  const direct = new Set(
    ['dependencies', 'optionalDependencies', 'devDependencies', 'peerDependencies'].flatMap((section) =>
      Object.keys(objectOf(root[section])),
    ),
  );
  const links = new Map<string, string>();
  for (const [path, entry] of Object.entries(entries)) {
    const { link, resolved } = objectOf(entry);
    if (link === true && stringOf(resolved) !== '') {
      links.set(stringOf(resolved), path);
    }
  }
  const isWorkspace = workspaceTest(root);
  const packages = new Map<string, JsonObject>();
  for (const [path, value] of Object.entries(entries)) {
    const entry = objectOf(value);
    if (entry['link'] === true) {
      continue;
    }
    const target = linkTarget(path, links);
    const link = target === null ? undefined : links.get(target);
    packages.set(target === null ? path : `${link ?? ''}${path.slice(target.length)}`, entry);
    if (link !== undefined && target === path && isWorkspace(path)) {
      direct.add(link.slice(link.lastIndexOf('node_modules/') + 'node_modules/'.length));
    }
  }
  return { packages, direct };
}

/** The target of a link that a path is, or lies in. */
function linkTarget(path: string, links: ReadonlyMap<string, string>): string | null {
  if (links.size === 0 || path.startsWith('node_modules/')) {
    return null;
  }
  for (let folder = path; folder !== ''; folder = folderOf(folder)) {
    if (links.has(folder)) {
      return folder;
    }
  }
  return null;
}

function workspaceTest(root: JsonObject): (path: string) => boolean {
  const { workspaces } = root;
  const patterns = textsOf(isObject(workspaces) ? workspaces['packages'] : workspaces);
  const tests = patterns.map((pattern) => globMatcher(pattern.replace(/^\.\//, '').replace(/\/$/, '')));
  return (path) => tests.some((test) => test(path));
}
