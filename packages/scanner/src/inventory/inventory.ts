import type { Application, OsInfo, Package, Repository } from '../model/index.ts';

/** What an artifact contains; it stays true while advisories change. */
export interface Inventory {
  /** Digest of the image configuration, id of the host, or path with a hash of its content. */
  readonly artifactId: string;
  /** As the user names it. */
  readonly name: string;
  readonly os?: OsInfo;
  readonly repository?: Repository;
  /** Of the operating system. */
  readonly packages: readonly Package[];
  readonly applications: readonly Application[];
}

/** Who brought a file. */
export interface FileOwner {
  readonly package: Package;
  /** Absent for packages of the operating system. */
  readonly application?: Application;
}
