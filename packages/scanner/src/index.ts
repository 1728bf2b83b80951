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
export * from './artifacts/index.ts';
export { analyzers } from './analyzers/registry.gen.ts';
export * from './db/index.ts';
export type { Calendar } from './distribution.ts';
export * from './inventory/index.ts';
export * from './match/index.ts';
export * from './maven/index.ts';
export { judgedCategories, type LicenseCategories, LicenseJudge } from './licenses/judge.ts';
export * from './model/index.ts';
export * from './results/index.ts';
export * from './purl/index.ts';
export type { ImageSource, ImageSourceContext } from './image-source.ts';
export { imageSources } from './image-sources/registry.gen.ts';
export * from './filter/index.ts';
export * from './report/index.ts';
export { reportFormats } from './report-formats/registry.gen.ts';
export type { ReportFormat, ReportOptions, TableMode } from './report-format.ts';
export * from './sbom/index.ts';
export { parseSecretConfig, secretsInImageConfig, SecretScanner } from './secrets/index.ts';
export * from './vex/index.ts';
