import { setFlagsFromString } from 'node:v8';

/** Processor time of the whole process, of which most images need less: a busy machine makes it no longer. */
const lateMs = 1500;
const lookMs = 100;

/**
 * Loads what unpacking and digests need, beside whoever finds out what to read. It must be there before `optimizeLate`:
 * what the runtime has compiled of its own modules counts only for the flags that it was started with.
 */
export function loadForArchives(): void {
  process.getBuiltinModule('node:crypto');
  process.getBuiltinModule('node:zlib');
}

/**
 * Leaves TurboFan out until a process has worked for a while: it and what it works on need 5 MB beside an archive, of
 * which the most is unpacked and hashed in that time, by what is no JavaScript. Folders of many files take longer without
 * it. What is loaded later is compiled anew.
 */
export function optimizeLate(): void {
  loadForArchives();
  setFlagsFromString('--no-turbofan');
  const looking = setInterval(() => {
    const { user, system } = process.cpuUsage();
    if ((user + system) / 1000 >= lateMs) {
      clearInterval(looking);
      setFlagsFromString('--turbofan');
    }
  }, lookMs);
  looking.unref();
}
