/** The operating system of an artifact. */
export interface OsInfo {
  /** `debian`, `alpine`, `redhat` …; empty where a file only tells the supplier. */
  readonly family: string;
  /** Release as matching needs it: `12.5`, `3.19.1`, `9.2`; absent until an analyzer knows it. */
  readonly name?: string;
  /** Extended security maintenance (Ubuntu ESM) is on. */
  readonly extended?: boolean;
  /** Past its end of life. Filled by matching. */
  readonly eosl?: boolean;
  /** A vendor that rebuilds packages: `rapidfort` … */
  readonly supplier?: string;
}

/** The package repository that an image takes its packages from. */
export interface Repository {
  readonly family: string;
  readonly release: string;
}
