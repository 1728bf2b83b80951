import type { Inventory } from './inventory.ts';
import type { MatchedPart, MatchOptions } from './match-inventory.ts';

/** An inventory that is kept, in short. */
export interface StoredInventory {
  readonly artifactId: string;
  readonly name: string;
  /** When it was matched last; null for one that never was. */
  readonly matchedAt: Date | null;
}

/** A vulnerability of one package. */
export interface FoundVulnerability {
  readonly vulnerabilityId: string;
  readonly pkgName: string;
  readonly installedVersion: string;
  readonly fixedVersion?: string;
}

/** What became known of an artifact, or is no longer so. */
export interface InventoryChange {
  readonly artifactId: string;
  readonly name: string;
  readonly added: readonly FoundVulnerability[];
  readonly gone: readonly FoundVulnerability[];
}

/** What matching again changed. */
export interface RematchReport {
  /** Different questions that the inventories ask the database. */
  readonly lookUps: number;
  /** Those whose answer is another one now. */
  readonly changedLookUps: number;
  /** Artifacts that were matched again, because an answer for them changed or they never were. */
  readonly rematched: readonly string[];
  /** Of those, the artifacts whose vulnerabilities changed. */
  readonly changed: readonly string[];
  /** What changed in those; of one that was never matched all is new. */
  readonly changes: readonly InventoryChange[];
}

/** Keeps inventories and what was found in them. */
export interface InventoryStore {
  /** Adds an inventory, or replaces the one of the same artifact. Beyond a limit those put in first are removed. */
  readonly put: (inventory: Inventory) => void;
  readonly get: (artifactId: string) => Inventory | null;
  readonly remove: (artifactId: string) => void;
  readonly list: () => StoredInventory[];
  /** Inventories that made room for others since the store was opened. */
  readonly evicted: () => number;
  /** What was found when the inventory was matched last; null when it never was or is not kept. */
  readonly vulnerabilities: (artifactId: string) => readonly MatchedPart[] | null;
  /**
   * Matches after a change of the database: only inventories for which the answers changed. Throws AppError
   * 'database.format' for a damaged database.
   */
  readonly rematch: (options: MatchOptions) => RematchReport;
  readonly close: () => void;
}
