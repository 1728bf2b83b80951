export { buildResults, type PackageType, type ResultOptions, type ResultsInput } from './build-results.ts';
export type { LicenseOptions } from './license-results.ts';
