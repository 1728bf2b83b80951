// What is done to the files of a store beside its server: a face of its own, as it loads the schemas.
export {
  type Backup,
  type BackupFile,
  type BackupPart,
  backupParts,
  describeFile,
  manifestName,
  manifestText,
  readManifest,
  refuseBackup,
} from './backup-manifest.ts';
export { AlertExport, exportAudit, exportFindings } from './sqlite/export.ts';
export {
  checkStoreFile,
  copyStoreFile,
  endSessions,
  openStoreFile,
  storeFileError,
  type StoreFileReport,
} from './sqlite/store-file.ts';
