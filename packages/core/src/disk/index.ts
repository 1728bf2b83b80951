export { replaceFile } from './replace-file.ts';
export { syncPath } from './sync-path.ts';
