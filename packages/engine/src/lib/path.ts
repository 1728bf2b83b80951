/** Longest path, its final NUL included, that Falco keeps; a longer one becomes `tooLongPath`. */
const maxPathSize = 1024;
export const tooLongPath = '/DIR_TOO_LONG/FILENAME_TOO_LONG';

/**
 * A path as Falco resolves it by its text alone: `path` where it is absolute, otherwise behind `directory`.
 * `.`, `..`, repeated and final slashes are removed from `path`; `directory` is taken as it is and needs its own
 * final slash. Symbolic links are not followed.
 */
export function joinPath(directory: string, path: string): string {
  if (directory.length + path.length + 1 > maxPathSize) {
    return tooLongPath;
  }
  const absolute = path === '' || path.charCodeAt(0) === slash;
  if (isNormal(path) && (absolute || directory.endsWith('/'))) {
    return absolute ? path : directory + path;
  }
  return normalize(absolute ? '' : directory, path);
}

/** The same path with each run of slashes made one. */
export function collapseSlashes(path: string): string {
  return path.includes('//') ? path.replace(/\/{2,}/g, '/') : path;
}

const slash = 0x2f;
const dot = 0x2e;

// Nothing in it needs work; a dot at the start of a component may be a hidden file, which the long way keeps.
function isNormal(path: string): boolean {
  return (
    path.charCodeAt(0) !== dot &&
    !path.includes('/.') &&
    !path.includes('//') &&
    !(path.length > 1 && path.endsWith('/'))
  );
}

function normalize(base: string, path: string): string {
  const components = path.split('/');
  const last = components.length - 1;
  let out = base;
  for (const [i, component] of components.entries()) {
    if ((component === '.' || component === '..') && (out === '' || out.endsWith('/'))) {
      // The slash that follows goes with it.
      out = component === '.' ? out : parentOf(out);
      continue;
    }
    out += component;
    if (i < last) {
      out = withSlash(out, base);
    }
  }
  return out.length > 1 && out.endsWith('/') ? out.slice(0, -1) : out;
}

// Back at an empty path whose base was not empty, a slash would make it absolute.
function withSlash(path: string, base: string): string {
  const needed = path === '' ? base === '' : !path.endsWith('/');
  return needed ? `${path}/` : path;
}

// A path of at most one character is its own parent: `/` stays `/`.
function parentOf(path: string): string {
  return path.length <= 1 ? path : path.slice(0, path.lastIndexOf('/', path.length - 2) + 1);
}
