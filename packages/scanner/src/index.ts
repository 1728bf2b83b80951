export type {
  Analyzer,
  AnalyzerContext,
  ArtifactFile,
  FileInfo,
  FileTree,
  HostFiles,
  JavaIndex,
  Scanner,
  TargetKind,
} from './analyzer.ts';
export { analyzers } from './analyzers/registry.gen.ts';
export * from './model/index.ts';
