import type { Retention, Store } from '../store.ts';

export interface ContractOptions {
  readonly retention?: Retention;
  readonly now?: () => number;
  /** Milliseconds that go on evenly; a store that doubts its clock asks it. */
  readonly monotonicMs?: () => number;
}

/** Opens an empty store; the suite closes it. */
export type OpenEmptyStore = (options: ContractOptions) => Promise<Store>;
