/** Something to say about a configuration: never silence. */
export interface ConfigProblem {
  /** error: not accepted; warning: accepted, someone should change it; info: accepted, and why it has no other effect. */
  readonly severity: 'error' | 'warning' | 'info';
  /** The key with its positions, such as `rules[2].enable.tag`. */
  readonly key: string;
  readonly message: string;
  readonly hint?: string;
}
