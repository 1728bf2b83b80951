import type { Package, Result } from '../../model/index.ts';
import { clean, type Paint } from './text.ts';

const maxDepth = 20;
/** Lines for one target. */
const maxLines = 500;

/** Through which packages each vulnerable one came, from it up to what a project asks for. */
export function* dependencyTree(result: Result, paint: Paint): Generator<string> {
  const { packages = [], vulnerabilities = [], target } = result;
  const parents = parentsById(packages);
  const counts = new Map<string, number>();
  for (const { pkgId, pkgName, installedVersion } of vulnerabilities) {
    const id = pkgId ?? `${pkgName}@${installedVersion}`;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  if (counts.size === 0 || parents.size === 0) {
    return;
  }
  yield `\n${paint.strong('Dependency Origin Tree (Reversed)')}\n${clean(target)}\n`;
  const roots = [...counts].map(([id, count]) => ({ id, label: `${clean(id)} (${count})` }));
  let lines = 0;
  for (const line of branches(roots, parents, '', new Set())) {
    if (++lines > maxLines) {
      yield '└── … more\n';
      return;
    }
    yield line;
  }
}

interface Branch {
  readonly id: string;
  readonly label: string;
}

function* branches(
  nodes: readonly Branch[],
  parents: ReadonlyMap<string, readonly string[]>,
  indent: string,
  above: ReadonlySet<string>,
): Generator<string> {
  for (const [i, { id, label }] of nodes.entries()) {
    const isLast = i === nodes.length - 1;
    yield `${indent}${isLast ? '└── ' : '├── '}${label}\n`;
    const next = (parents.get(id) ?? []).filter((parent) => !above.has(parent) && parent !== id);
    if (above.size < maxDepth) {
      yield* branches(
        next.map((parent) => ({ id: parent, label: clean(parent) })),
        parents,
        `${indent}${isLast ? '    ' : '│   '}`,
        new Set([...above, id]),
      );
    }
  }
}

function parentsById(packages: readonly Package[]): Map<string, string[]> {
  const parents = new Map<string, string[]>();
  for (const { id, name, version = '', dependsOn = [] } of packages) {
    for (const dependency of dependsOn) {
      const known = parents.get(dependency);
      const own = id ?? `${name}@${version}`;
      if (known === undefined) {
        parents.set(dependency, [own]);
      } else {
        known.push(own);
      }
    }
  }
  return parents;
}
