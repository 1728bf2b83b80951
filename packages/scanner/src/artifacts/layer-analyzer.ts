import { AppError } from '@lanner/core';
import type { Analyzer, ArtifactFile, FileInfo, FileTree, TreeAnalyzer } from '../analyzer.ts';
import type { NotedPoms } from '../maven/remote-poms.ts';
import type { Analysis, Contribution } from '../model/index.ts';
import { AnalysisBuilder, compare } from './analysis-builder.ts';
import type { AnalyzerPlan } from './analyzer-plan.ts';
import type { ArtifactLimits } from './limits.ts';
import type { JobOptions } from './layer-runner.ts';
import type { FoundContribution, LayerShare } from './layer-share.ts';
import { type Problem, Problems } from './problems.ts';
import type { Scratch } from './scratch.ts';
import { withUids } from './package-uid.ts';
import { withoutSystemFiles } from './system-files.ts';
import { WantedContent } from './wanted-content.ts';

/** What is known of one layer, or of a file tree. */
export interface LayerResult {
  readonly analysis: Analysis;
  /** Bytes unpacked. */
  readonly size: number;
  /** Files that were seen. */
  readonly files: number;
  /** The first hundred things that could not be looked at. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
  /** The layer was read to its end and is what it says it is: the result may be kept. */
  readonly complete: boolean;
}

export interface LayerAnalyzerOptions extends JobOptions {
  readonly plan: AnalyzerPlan;
  readonly scratch: Scratch;
  readonly limits: ArtifactLimits;
  /** Another thread puts together what is found: `share` is asked for in place of `finish`. */
  readonly isShare?: boolean;
}

interface Kept {
  readonly file: ArtifactFile;
  readonly analyzers: readonly TreeAnalyzer[];
}

/** Runs the analyzers over the files of one layer while they come by. */
export class LayerAnalyzer {
  readonly builder = new AnalysisBuilder();
  readonly problems = new Problems();
  readonly #plan: AnalyzerPlan;
  readonly #scratch: Scratch;
  readonly #limits: ArtifactLimits;
  readonly #kept: Kept[] = [];
  /** What holds memory or disk, until it is removed. */
  readonly #contents = new Set<WantedContent>();
  #keptBytes = 0;
  /** What analyzers found that run in rounds. */
  readonly #gathered = new Map<TreeAnalyzer, Contribution | null>();
  /** What was found, where it is for another thread. */
  readonly #found: FoundContribution[] = [];
  readonly #isShare: boolean;
  readonly #onReading: JobOptions['onReading'];
  readonly #leftOut: LeftOut;
  #files = 0;
  #size = 0;

  constructor({ plan, scratch, limits, isShare = false, leftOut = [], onReading }: LayerAnalyzerOptions) {
    this.#isShare = isShare;
    this.#onReading = onReading;
    this.#leftOut = leftOutOf(leftOut);
    this.problems.addAll(leftOut, leftOut.length);
    this.#plan = plan;
    this.#scratch = scratch;
    this.#limits = limits;
  }

  /** Counts a file and says which analyzers want it. */
  wanting(info: FileInfo): Analyzer[] {
    this.#files++;
    this.#size += info.size;
    return this.#leftOut.paths.has(info.path) ? [] : this.#plan.of(info);
  }

  /** A sink for a file that comes in pieces; analyzed when it ends. */
  collect(info: FileInfo, wanting: readonly Analyzer[]): { write: (bytes: Buffer) => void; end: () => void } {
    const kept = wanting.some(({ scope }) => scope === 'tree');
    const roomy = !kept || this.#keptBytes + info.size <= this.#limits.memoryTree;
    const content = new WantedContent(info, info.size <= this.#limits.memoryFile && roomy, this.#scratch);
    this.#contents.add(content);
    return {
      write: (bytes) => content.write(bytes),
      end: () => {
        if (kept) {
          this.#keptBytes += content.keep();
        }
        this.analyze(content.file(), wanting);
        if (!kept) {
          content.remove();
          this.#contents.delete(content);
        }
      },
    };
  }

  /** Looks at a file that stays readable until `finish`. */
  analyze(file: ArtifactFile, wanting: readonly Analyzer[]): void {
    const trees: TreeAnalyzer[] = [];
    this.#onReading?.({ path: file.path });
    for (const analyzer of wanting) {
      if (analyzer.scope === 'tree') {
        trees.push(analyzer);
        continue;
      }
      try {
        const found = analyzer.analyze(file, this.#plan.context);
        if (found !== null) {
          this.#add({ contribution: found, path: file.path, analyzer: analyzer.id });
        }
      } catch (error) {
        this.problems.addError(asExpected(error), file.path, analyzer.id);
      }
    }
    if (trees.length > 0) {
      this.#kept.push({ file, analyzers: trees });
    }
  }

  /** What was found of some of the files, for `absorb` in another thread. */
  share(): LayerShare {
    return {
      found: this.#found,
      whiteouts: this.builder.build().whiteoutFiles,
      kept: this.#kept.map(({ file: { path, size, mode } }) => ({ path, size, mode })),
      files: this.#files,
      size: this.#size,
      problems: this.problems.named,
      problemCount: this.problems.count,
    };
  }

  /** Takes over what another thread found. `fileOf` gives a file that stays readable until `finish`. */
  absorb(share: LayerShare, fileOf: (info: FileInfo) => ArtifactFile): void {
    for (const one of share.found) {
      this.#add(one);
    }
    for (const path of share.whiteouts) {
      this.builder.addWhiteout(path);
    }
    for (const info of share.kept) {
      const analyzers = this.#plan.of(info).filter((one) => one.scope === 'tree');
      this.#kept.push({ file: fileOf(info), analyzers });
    }
    this.#files += share.files;
    this.#size += share.size;
    this.problems.addAll(share.problems, share.problemCount);
  }

  /** Runs those analyzers that need files of other places, until they ask for nothing more that there is. */
  async gather(poms: NotedPoms): Promise<void> {
    for (const [analyzer, files] of this.#trees()) {
      if (analyzer.inRounds !== true) {
        continue;
      }
      try {
        this.#onReading?.({ path: files[0]?.path ?? '', analyzer: analyzer.id });
        do {
          this.#gathered.set(analyzer, analyzer.analyze(fileTree(files), this.#plan.context));
        } while (await poms.fetchNoted());
      } catch (error) {
        this.#gathered.set(analyzer, null);
        this.problems.addError(asExpected(error), files[0]?.path ?? '', analyzer.id);
      }
    }
  }

  /** Runs the analyzers that see all their files at once, and frees what was kept for them. */
  finish(complete: boolean): LayerResult {
    try {
      for (const [analyzer, files] of this.#trees()) {
        try {
          const gathered = this.#gathered.get(analyzer);
          this.#onReading?.({ path: files[0]?.path ?? '', analyzer: analyzer.id });
          const found =
            gathered === undefined ? analyzer.analyze(fileTree(files), this.#plan.context) : gathered;
          if (found !== null) {
            this.builder.add(found, files[0]?.path ?? '', analyzer.id);
          }
        } catch (error) {
          this.problems.addError(asExpected(error), files[0]?.path ?? '', analyzer.id);
        }
      }
      return {
        analysis: withUids(withoutSystemFiles(this.builder.build())),
        size: this.#size,
        files: this.#files,
        problems: this.problems.named,
        problemCount: this.problems.count,
        complete: complete && this.#leftOut.isEmpty,
      };
    } finally {
      this.release();
    }
  }

  /** Frees what was kept, also when the layer could not be finished. */
  release(): void {
    for (const content of this.#contents) {
      content.remove();
    }
    this.#contents.clear();
    this.#kept.length = 0;
  }

  #add(found: FoundContribution): void {
    if (this.#isShare) {
      this.#found.push(found);
    } else {
      this.builder.add(found.contribution, found.path, found.analyzer);
    }
  }

  /** In the order of the plan. A path that the layer has twice counts as it was the last time. */
  #trees(): Map<TreeAnalyzer, ArtifactFile[]> {
    const trees = new Map<TreeAnalyzer, Map<string, ArtifactFile>>();
    for (const { file, analyzers } of this.#kept) {
      for (const analyzer of analyzers) {
        const files = trees.get(analyzer) ?? new Map<string, ArtifactFile>();
        trees.set(analyzer, files.set(file.path, file));
      }
    }
    const ordered = new Map<TreeAnalyzer, ArtifactFile[]>();
    for (const analyzer of this.#plan.analyzers) {
      const files = analyzer.scope === 'tree' ? trees.get(analyzer) : undefined;
      if (analyzer.scope === 'tree' && files !== undefined && !this.#leftOut.analyzers.has(analyzer.id)) {
        ordered.set(
          analyzer,
          [...files.values()].sort((a, b) => compare(a.path, b.path)),
        );
      }
    }
    return ordered;
  }
}

interface LeftOut {
  readonly isEmpty: boolean;
  readonly paths: ReadonlySet<string>;
  readonly analyzers: ReadonlySet<string>;
}

function leftOutOf(problems: readonly Problem[]): LeftOut {
  return {
    isEmpty: problems.length === 0,
    paths: new Set(problems.filter(({ analyzer }) => analyzer === undefined).map(({ path }) => path)),
    analyzers: new Set(problems.flatMap(({ analyzer }) => analyzer ?? [])),
  };
}

function fileTree(files: readonly ArtifactFile[]): FileTree {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return { files, get: (path) => byPath.get(path) };
}

/** A stack that a hostile file made too deep is that file's fault, not a bug worth the scan. */
function asExpected(error: unknown): unknown {
  return error instanceof RangeError
    ? new AppError('artifact.parse', 'the file is nested too deeply or too large', { cause: error })
    : error;
}
