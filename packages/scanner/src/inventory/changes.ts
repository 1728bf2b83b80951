import type { FoundVulnerability, InventoryChange } from './inventory-store.ts';
import type { MatchedPart } from './match-inventory.ts';

type Found = readonly MatchedPart[];

/** What one match has that the other has not; null when they tell the same. */
export function changesBetween(
  { artifactId, name }: { readonly artifactId: string; readonly name: string },
  before: Found,
  after: Found,
): InventoryChange | null {
  const [old, now] = [byKey(before), byKey(after)];
  const added = [...now].filter(([key]) => !old.has(key)).map(([, found]) => found);
  const gone = [...old].filter(([key]) => !now.has(key)).map(([, found]) => found);
  return added.length + gone.length === 0 ? null : { artifactId, name, added, gone };
}

/** Once for each id and package, wherever in the artifact it is. */
function byKey(parts: Found): Map<string, FoundVulnerability> {
  const found = new Map<string, FoundVulnerability>();
  for (const { vulnerabilities } of parts) {
    for (const { vulnerabilityId, pkgName, installedVersion, fixedVersion } of vulnerabilities) {
      const one = { vulnerabilityId, pkgName, installedVersion };
      found.set(
        `${vulnerabilityId}\0${pkgName}\0${installedVersion}`,
        fixedVersion === undefined ? one : { ...one, fixedVersion },
      );
    }
  }
  return found;
}
