import { known } from '../lib/known.ts';
import type { Contribution, LineRange, Package, Relationship } from '../model/index.ts';

/** A package as a parser knows it: what it does not know may be empty. */
export interface FoundPackage {
  readonly id?: string | undefined;
  readonly name: string;
  readonly version?: string | undefined;
  readonly dev?: boolean | undefined;
  readonly relationship?: Relationship | undefined;
  readonly licenses?: readonly string[] | undefined;
  readonly dependsOn?: readonly string[] | undefined;
  readonly locations?: readonly LineRange[] | undefined;
}

const relationshipOrder: readonly Relationship[] = ['root', 'workspace', 'direct', 'indirect', 'unknown'];

/** `name@version`, or the name alone. */
export function packageId(name: string, version: string): string {
  return version === '' ? name : `${name}@${version}`;
}

/** A package without the properties that are not known. */
export function toPackage(found: FoundPackage): Package {
  const { name, dev, relationship, dependsOn, ...rest } = found;
  const others = known<Omit<Package, 'name'>>({
    ...rest,
    dev: dev === true ? dev : undefined,
    relationship: relationship === 'unknown' ? undefined : relationship,
    dependsOn: dependsOn && [...new Set(dependsOn)],
  });
  // A project without a name has an empty one.
  return { name, ...others };
}

/** Root first, then workspaces, direct, indirect and the rest; within these by name and version. */
export function sortPackages(packages: readonly Package[]): Package[] {
  return packages.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      compareText(a.name, b.name) ||
      compareText(a.version ?? '', b.version ?? '') ||
      compareText(a.id ?? '', b.id ?? ''),
  );
}

function rank({ relationship = 'unknown' }: Package): number {
  return relationshipOrder.indexOf(relationship);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One package for each id: lines of all, a development dependency only when all are. */
export function mergePackages(packages: Iterable<FoundPackage>): FoundPackage[] {
  const merged = new Map<string, FoundPackage & { locations: LineRange[]; dependsOn: string[] }>();
  for (const found of packages) {
    const key = found.id ?? packageId(found.name, found.version ?? '');
    const known = merged.get(key);
    if (known === undefined) {
      merged.set(key, {
        ...found,
        locations: [...(found.locations ?? [])],
        dependsOn: [...(found.dependsOn ?? [])],
      });
      continue;
    }
    // One by one into the same lists: spreading ends at some ten thousand, and copies would be quadratic.
    for (const range of found.locations ?? []) {
      known.locations.push(range);
    }
    for (const id of found.dependsOn ?? []) {
      known.dependsOn.push(id);
    }
    merged.set(key, {
      ...known,
      dev: (known.dev ?? false) && (found.dev ?? false),
      relationship: nearer(known.relationship, found.relationship),
    });
  }
  return [...merged.values()].map((found) => ({ ...found, locations: sortLines(found.locations) }));
}

function nearer(a: Relationship = 'unknown', b: Relationship = 'unknown'): Relationship {
  return relationshipOrder.indexOf(a) <= relationshipOrder.indexOf(b) ? a : b;
}

function sortLines(lines: readonly LineRange[]): LineRange[] {
  return lines.toSorted((a, b) => a.startLine - b.startLine || a.endLine - b.endLine);
}

/** The application of one lock file, its packages sorted; null when it names none. */
export function lockfileApplication(
  type: string,
  filePath: string,
  packages: readonly FoundPackage[],
): Contribution | null {
  if (packages.length === 0) {
    return null;
  }
  return { applications: [{ type, filePath, packages: sortPackages(packages.map(toPackage)) }] };
}
