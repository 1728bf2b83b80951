/**
 * The path of an archive's entry within the artifact: cleaned, without a leading slash. Empty for the root itself;
 * null when it leads out of the artifact, or holds a NUL.
 */
export function entryPath(raw: string): string | null {
  // Most are clean: only the leading `./` or `/` goes.
  let start = 0;
  while (raw.startsWith('/', start) || raw.startsWith('./', start)) {
    start += raw[start] === '/' ? 1 : 2;
  }
  let end = raw.length;
  while (end > start && raw[end - 1] === '/') {
    end--;
  }
  const path = raw.slice(start, end);
  if (path === '.' || path === '') {
    return '';
  }
  if (path.includes('\0')) {
    return null;
  }
  return /(?:^|\/)\.{0,2}(?:\/|$)/.test(path) ? resolved(path) : path;
}

function resolved(path: string): string | null {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) {
        return null;
      }
    } else if (part !== '' && part !== '.') {
      parts.push(part);
    }
  }
  return parts.join('/');
}

/** The folder of a path, empty for one at the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The last part of a path. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
