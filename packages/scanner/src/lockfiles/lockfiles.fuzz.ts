import { readdirSync, readFileSync } from 'node:fs';
import type { Analyzer, ArtifactFile } from '../analyzer.ts';
import { analyzers } from '../analyzers/registry.gen.ts';
import { changeLines } from '../formats/dpkg/dpkg.fuzz.ts';
import { readArchive } from '../testkit/archive.ts';
import { artifactFile, fileTree, plainContext } from '../testkit/file.ts';
import { type FuzzReport, fuzzParser } from '../testkit/fuzz.ts';

const folder = new URL('../analyzers/', import.meta.url);

interface Subject {
  readonly analyzer: Analyzer;
  readonly files: readonly ArtifactFile[];
}

/** Analyzers of texts, with the files of their golden archives. */
const subjects: readonly Subject[] = analyzers
  .map((analyzer) => ({ analyzer, files: goldenFiles(analyzer) }))
  .filter(({ files }) => files.length > 0);
const [ofSources, ofImages] = [true, false].map((isOfSources) =>
  subjects.filter(({ analyzer: { targets } }) => targets.includes('repository') === isOfSources),
);

/** Gives the parsers of lock files those of the golden archives, changed, each beside the sound others. */
export function fuzzLockfiles(inputs: number, seed: number): FuzzReport {
  return fuzzAnalyzers(ofSources ?? [], inputs, seed);
}

/** The same for what is only looked for where something is installed: records of packages and of systems. */
export function fuzzInstalled(inputs: number, seed: number): FuzzReport {
  return fuzzAnalyzers(ofImages ?? [], inputs, seed);
}

function fuzzAnalyzers(all: readonly Subject[], inputs: number, seed: number): FuzzReport {
  const report = { inputs: 0, refused: 0 };
  const share = Math.ceil(inputs / all.length);
  for (const [i, { analyzer, files }] of all.entries()) {
    const { inputs: done, refused } = fuzzParser(share, seed + i, {
      corpus: files.map((file) => file.bytes()),
      read: ({ size, read }) => analyzeChanged(analyzer, files, Buffer.from(read(0, size))),
      change: changeLines,
      maxReads: 2,
    });
    report.inputs += done;
    report.refused += refused;
  }
  return report;
}

/** Every file of the archive is the changed one in turn. */
function analyzeChanged(analyzer: Analyzer, files: readonly ArtifactFile[], bytes: Buffer): void {
  for (const { path } of files) {
    const changed = artifactFile(path, bytes);
    if (analyzer.scope === 'tree') {
      analyzer.analyze(fileTree(files.map((file) => (file.path === path ? changed : file))), plainContext);
    } else {
      analyzer.analyze(changed, plainContext);
    }
  }
}

function goldenFiles(analyzer: Analyzer): ArtifactFile[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${analyzer.id}.`) && name.endsWith('.txt'))
    .flatMap((name) => [...readArchive(readFileSync(new URL(name, folder), 'utf8'))])
    .filter(([path]) => path !== 'want.json')
    .map(([path, content]) => artifactFile(path, content))
    .filter((file) => analyzer.wants(file, plainContext));
}
