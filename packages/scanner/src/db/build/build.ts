import { AppError, type Log } from '@lanner/core';
import { LineCounter, parseDocument } from 'yaml';
import type { Feed, FeedFile } from '../../feed.ts';
import { feeds } from '../../feeds/registry.gen.ts';
import { AdvisoryCollector } from './collector.ts';

export interface BuildOptions {
  readonly log: Log;
  /** Called after each file. */
  readonly onFile?: (files: number) => void;
}

/** Largest file of a feed, in characters. */
const maxFile = 512 * 2 ** 20;

/**
 * Reads the files of feeds into one collection. A file that no feed knows, or that is damaged, is counted as rejected
 * and the others go on.
 */
export async function collectAdvisories(
  files: AsyncIterable<{ readonly path: string; readonly text: string }>,
  { log, onFile }: BuildOptions,
): Promise<AdvisoryCollector> {
  const collector = new AdvisoryCollector();
  let count = 0;
  for await (const { path, text } of files) {
    importFile({ path, text }, collector, log);
    count++;
    onFile?.(count);
  }
  return collector;
}

/** Gives one file to the feed that it is of; what cannot be read is counted. */
export function importFile(
  { path, text }: Pick<FeedFile, 'path' | 'text'>,
  collector: AdvisoryCollector,
  log: Log,
): void {
  const file: FeedFile = { path, text, document: lazyDocument(path, text) };
  let feed: Feed | undefined;
  try {
    if (file.text.length > maxFile) {
      throw new AppError('advisory.invalid', `${file.path} is too large`);
    }
    feed = feeds.find(({ accepts }) => accepts(file));
    if (feed === undefined) {
      collector.sink('other').rejected(file.path, 'is no form of advisories that is known');
      return;
    }
    feed.read(file, collector.sink(feed.id));
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    log.warn('advisory not imported', { path: file.path, problem: error.message });
    collector.sink(feed?.id ?? 'other').rejected(file.path, 'is damaged');
  }
}

/** The document of a file, read when it is asked for first. */
function lazyDocument(path: string, text: string): () => unknown {
  let read: { readonly value: unknown } | { readonly error: AppError } | null = null;
  return () => {
    read ??= readDocument(path, text);
    if ('error' in read) {
      throw read.error;
    }
    return read.value;
  };
}

function readDocument(
  path: string,
  text: string,
): { readonly value: unknown } | { readonly error: AppError } {
  try {
    return { value: path.endsWith('.json') ? (JSON.parse(text) as unknown) : readYaml(text) };
  } catch (error) {
    return {
      error: new AppError('advisory.invalid', `${path} cannot be read: ${(error as Error).message}`, {
        cause: error,
      }),
    };
  }
}

/** Aliases of YAML are followed so far only: they can stand for very much. */
function readYaml(text: string): unknown {
  const document = parseDocument(text, { lineCounter: new LineCounter(), logLevel: 'silent' });
  const [problem] = document.errors;
  if (problem !== undefined) {
    throw problem;
  }
  return document.toJS({ maxAliasCount: 100 });
}
