import type { Log } from '@lanner/core';
import type { AdvisoryDatabase } from './db/advisory-database.ts';
import type { OsInfo, Package, Repository, Vulnerability } from './model/index.ts';

/** When releases end, and what time it is. */
export interface Calendar {
  readonly now: Date;
  /** When support of a release ends or ended, by the name of a table; null when that is not known. */
  readonly endOfLife: (table: string, release: string) => Date | null;
}

/** What the packages of an operating system are matched with. */
export interface DistributionInput {
  readonly family: string;
  /** Release as the artifact says it; of Ubuntu with ESM with `-ESM` behind it. */
  readonly release: string;
  readonly packages: readonly Package[];
  readonly repository?: Repository;
  readonly database: AdvisoryDatabase;
  readonly calendar: Calendar;
  readonly log: Log;
  /** What the distribution of the family itself says of packages; for suppliers that rebuild only some of them. */
  readonly detectBase: (packages: readonly Package[]) => Vulnerability[];
}

/** Vulnerabilities in the packages of one family of operating systems, or of a supplier that rebuilds their packages. */
export interface Distribution {
  /** File name. */
  readonly id: string;
  /** One sentence for the docs. */
  readonly doc: string;
  /** Families that it matches; of a supplier those whose packages it rebuilds. */
  readonly families: readonly string[];
  /** Set for suppliers: whether the packages are theirs. They are asked before the families, in the order of their ids. */
  readonly supplies?: (os: OsInfo, packages: readonly Package[]) => boolean;
  /** Its advisories also speak of this package, although it comes from a repository of a third party. */
  readonly covers?: (pkg: Package) => boolean;
  /** The release whose end of life decides, and the table that has it; null when releases do not end. */
  readonly lifetime: (family: string, release: string, calendar: Calendar) => Lifetime | null;
  readonly detect: (input: DistributionInput) => Vulnerability[];
}

export interface Lifetime {
  /** Name in data/end-of-life.json. */
  readonly table: string;
  readonly release: string;
}

export function defineDistribution(distribution: Distribution): Distribution {
  return distribution;
}
