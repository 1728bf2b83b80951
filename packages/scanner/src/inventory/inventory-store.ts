import type { Inventory } from './inventory.ts';
import type { MatchedPart, MatchOptions } from './match-inventory.ts';

/** An inventory that is kept, in short. */
export interface StoredInventory {
  readonly artifactId: string;
  readonly name: string;
  /** When it was matched last; null for one that never was. */
  readonly matchedAt: Date | null;
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
}

/** Keeps inventories and what was found in them. */
export interface InventoryStore {
  /** Adds an inventory, or replaces the one of the same artifact. */
  readonly put: (inventory: Inventory) => void;
  readonly get: (artifactId: string) => Inventory | null;
  readonly remove: (artifactId: string) => void;
  readonly list: () => StoredInventory[];
  /** What was found when the inventory was matched last; null when it never was or is not kept. */
  readonly vulnerabilities: (artifactId: string) => readonly MatchedPart[] | null;
  /**
   * Matches after a change of the database: only inventories for which the answers changed. Throws AppError
   * 'database.format' for a damaged database.
   */
  readonly rematch: (options: MatchOptions) => RematchReport;
  readonly close: () => void;
}
