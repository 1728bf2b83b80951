export { FileTable } from './file-table.ts';
export type { FileOwner, Inventory } from './inventory.ts';
export type {
  FoundVulnerability,
  InventoryChange,
  InventoryStore,
  RematchReport,
  StoredInventory,
} from './inventory-store.ts';
export { type MatchedPart, matchInventory, type MatchOptions } from './match-inventory.ts';
export { FileOwners } from './owners.ts';
export { sqliteInventoryStore } from './sqlite-store.ts';
