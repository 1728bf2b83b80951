import { AppError, nearest } from '@lanner/core';
import type { Analyzer, AnalyzerContext, FileInfo } from '../analyzer.ts';

/** Files that an analyzer shall look at besides its own: `--file-patterns ID:REGEX`. */
export interface FilePattern {
  readonly analyzer: string;
  readonly matches: (path: string) => boolean;
}

/** Which analyzers run in a scan, and which of them want a file. */
export class AnalyzerPlan {
  readonly analyzers: readonly Analyzer[];
  readonly context: AnalyzerContext;
  readonly #patterns: ReadonlyMap<Analyzer, readonly FilePattern[]>;
  /** Where one that is asked nowhere else may want the file. */
  readonly #paths: ReadonlySet<string>;
  /** Those that are asked everywhere. */
  readonly #everywhere: readonly Analyzer[];

  /** Throws AppError 'usage.invalid' for a pattern of an analyzer that there is not. */
  constructor(
    all: readonly Analyzer[],
    context: AnalyzerContext,
    patterns: readonly FilePattern[] = [],
    disabled: ReadonlySet<string> = new Set(),
  ) {
    for (const { analyzer } of patterns) {
      requireAnalyzer(analyzer, all);
    }
    this.context = context;
    this.analyzers = all.filter(
      ({ id, targets, scanners }) =>
        targets.includes(context.target) &&
        scanners.some((scanner) => context.scanners.has(scanner)) &&
        !disabled.has(id),
    );
    this.#patterns = new Map(
      this.analyzers.flatMap((analyzer) => {
        const own = patterns.filter((pattern) => pattern.analyzer === analyzer.id);
        return own.length === 0 ? [] : [[analyzer, own]];
      }),
    );
    const placed = this.analyzers.filter((one) => one.paths !== undefined && !this.#patterns.has(one));
    this.#paths = new Set(placed.flatMap(({ paths = [] }) => [...paths]));
    this.#everywhere = this.analyzers.filter((one) => !placed.includes(one));
  }

  /** The analyzers that want the file, in their order. */
  of(file: FileInfo): Analyzer[] {
    const wanting: Analyzer[] = [];
    for (const analyzer of this.#paths.has(file.path) ? this.analyzers : this.#everywhere) {
      if (
        analyzer.wants(file, this.context) ||
        (this.#patterns.size > 0 && this.#byPattern(analyzer, file.path))
      ) {
        wanting.push(analyzer);
      }
    }
    return wanting;
  }

  /** Whether the content of most files is looked at, not only of those with certain names. */
  get readsMost(): boolean {
    const { scanners, fullLicenses } = this.context;
    return scanners.has('secret') || (fullLicenses && scanners.has('license'));
  }

  /** What decides what comes out for a layer, as one text. */
  revisions(): string {
    return this.analyzers.map(({ id, revision }) => `${id}:${revision}`).join(' ');
  }

  #byPattern(analyzer: Analyzer, path: string): boolean {
    return this.#patterns.get(analyzer)?.some(({ matches }) => matches(path)) === true;
  }
}

function requireAnalyzer(id: string, all: readonly Analyzer[]): void {
  const ids = all.map((analyzer) => analyzer.id);
  if (!ids.includes(id)) {
    const near = nearest(id, ids);
    throw new AppError('usage.invalid', `there is no analyzer '${id}' that a file pattern could be for`, {
      hint: near === null ? `Use one of: ${ids.join(', ')}` : `Did you mean ${near}?`,
    });
  }
}
