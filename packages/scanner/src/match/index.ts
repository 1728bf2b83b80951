export { matchApplication } from './applications.ts';
export { enrich, type EnrichOptions, fingerprint } from './enrich.ts';
export {
  calendarAt,
  isPastEndOfLife,
  matchedFamilies,
  matchOsPackages,
  releaseOf,
  type OsMatchOptions,
  type OsPackages,
} from './os-packages.ts';
