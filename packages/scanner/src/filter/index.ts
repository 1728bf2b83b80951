export {
  exitCodeOf,
  type ExitCodeOptions,
  filterReport,
  type FilterOptions,
  unfixedStatuses,
} from './filter.ts';
export { type IgnoreFile, type IgnoreFileOptions, readIgnoreFile } from './ignore-file.ts';
