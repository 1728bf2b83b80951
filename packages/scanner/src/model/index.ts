export type * from './analysis.ts';
export type * from './bom.ts';
export * from './findings.ts';
export type * from './os.ts';
export type * from './package.ts';
export type * from './report.ts';
export * from './severity.ts';
