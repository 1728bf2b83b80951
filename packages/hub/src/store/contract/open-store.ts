import type { Retention, Store } from '../store.ts';

export interface ContractOptions {
  readonly retention?: Retention;
  readonly now?: () => number;
}

/** Opens an empty store; the suite closes it. */
export type OpenEmptyStore = (options: ContractOptions) => Promise<Store>;
