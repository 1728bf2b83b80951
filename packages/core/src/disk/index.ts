export { makeFolder, type MakeFolderOptions } from './make-folder.ts';
export { replaceFile } from './replace-file.ts';
export { syncPath } from './sync-path.ts';
