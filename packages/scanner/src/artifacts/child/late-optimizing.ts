import { setFlagsFromString } from 'node:v8';

/** Most images are read by then. */
const lateMs = 1000;

/**
 * Loads what unpacking and digests need, beside whoever finds out what to read. It must be there before `optimizeLate`:
 * what the runtime has compiled of its own modules counts only for the flags that it was started with.
 */
export function loadForArchives(): void {
  process.getBuiltinModule('node:crypto');
  process.getBuiltinModule('node:zlib');
}

/**
 * Leaves TurboFan out for a second: it and what it works on need 5 MB beside an archive, of which the most is unpacked
 * and hashed in that time, by what is no JavaScript. Folders of many files take longer without it.
 */
export function optimizeLate(): void {
  loadForArchives();
  setFlagsFromString('--no-turbofan');
  setTimeout(() => setFlagsFromString('--turbofan'), lateMs).unref();
}
