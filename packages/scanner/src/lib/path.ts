let lastPath = '';
let lastBaseName = '';

/** `usr/lib/x.jar` → `x.jar`. Many ask for the same path one after the other. */
export function baseName(path: string): string {
  if (path !== lastPath) {
    lastBaseName = path.slice(path.lastIndexOf('/') + 1);
    lastPath = path;
  }
  return lastBaseName;
}

/** `usr/lib/x.jar` → `usr/lib`; empty for a file at the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Whether a file lies in a folder (ending in `/`) and not deeper. */
export function isDirectlyIn(path: string, folder: string): boolean {
  return path.startsWith(folder) && !path.includes('/', folder.length);
}

/** Whether the last part of a path is this name. */
export function isNamed(path: string, name: string): boolean {
  return path.endsWith(name) && (path.length === name.length || path.at(-name.length - 1) === '/');
}

/** Joins, and resolves `.` and `..`; what would lead above the top stays at the top. */
export function joinPath(...parts: readonly string[]): string {
  const kept: string[] = [];
  for (const part of parts.join('/').split('/')) {
    if (part === '..') {
      kept.pop();
    } else if (part !== '' && part !== '.') {
      kept.push(part);
    }
  }
  return kept.join('/');
}

/** Whether a folder of that name lies on the way to a file. */
export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`) || path.includes(`/${folder}/`);
}
