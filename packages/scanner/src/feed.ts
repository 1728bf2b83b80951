import type { AdvisorySink } from './db/build/sink.ts';

/** One file of a folder, archive or download of advisories. */
export interface FeedFile {
  /** Relative to where it comes from. */
  readonly path: string;
  readonly text: string;
  /** What JSON or YAML in it says; undefined for other files. Throws AppError 'advisory.invalid' when it is damaged. */
  readonly document: () => unknown;
}

/** One form in which advisories are published. */
export interface Feed {
  /** File name. */
  readonly id: string;
  /** One sentence for the docs. */
  readonly doc: string;
  /** Whether a file has this form; asked before any other. */
  readonly accepts: (file: FeedFile) => boolean;
  /**
   * Gives all records of a file to the sink, those that are not imported with a reason. Throws AppError
   * 'advisory.invalid' for a file that cannot be read at all.
   */
  readonly read: (file: FeedFile, sink: AdvisorySink) => void;
}

export function defineFeed(feed: Feed): Feed {
  return feed;
}
