import type { Report } from './model/index.ts';

export type TableMode = 'summary' | 'detailed';

/** What reports can be told. Everything that varies from run to run comes in here. */
export interface ReportOptions {
  readonly now: () => Date;
  /** Draws a UUID for a document or a component. */
  readonly uuid: () => string;
  /** `--list-all-pkgs`: packages without findings are listed too. Default true. */
  readonly listAllPackages?: boolean;
  /** `--show-suppressed`: findings that were filtered out are listed with the reason. Default false. */
  readonly showSuppressed?: boolean;
  /** `--dependency-tree`: tables show through which packages a vulnerable one came. Default false. */
  readonly dependencyTree?: boolean;
  /** `--table-mode`. Default both. */
  readonly tableModes?: readonly TableMode[];
  /** The terminal that a table is for; absent where it goes into a file or pipe. */
  readonly terminal?: { readonly columns: number; readonly colours: boolean };
  /** The text of `--template`; only for that format. */
  readonly template?: string;
  /** Environment variables that templates may read. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder that was looked at, in full; absent for images. */
  readonly folder?: string;
  /** `--severity`, for formats that name what was asked for. */
  readonly severities?: readonly string[];
}

/** A form that a report is written in. */
export interface ReportFormat {
  /** File name, and the value of `--format`. */
  readonly id: string;
  /** One sentence for the docs. */
  readonly doc: string;
  /** Bills of materials list packages whatever was found, and look for nothing unless asked. */
  readonly isSbom: boolean;
  /** The text in pieces, so that a large report is never in memory twice. */
  readonly write: (report: Report, options: ReportOptions) => Iterable<string>;
}

export function defineReportFormat(format: ReportFormat): ReportFormat {
  return format;
}
