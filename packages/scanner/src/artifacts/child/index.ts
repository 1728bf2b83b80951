export { type CompileCache, giveUpCompileCache, sharedCompileCache } from './compile-cache.ts';
export { type AnalysisProcess, type AnalysisProcessOptions, startAnalysisProcess } from './process.ts';
export { containedRunner, type ContainedRunnerOptions } from './contained-runner.ts';
export { childRunner, type ChildRunnerOptions } from './runner.ts';
export { loadForArchives, optimizeLate } from './late-optimizing.ts';
export type { AnalysisSetup, FromAnalysis, Port, ToAnalysis } from './protocol.ts';
export type { Lane } from './help.ts';
export { type AnalysisEffects, type AnalysisPort, type LanePort, serveAnalysis, serveLane } from './serve.ts';
