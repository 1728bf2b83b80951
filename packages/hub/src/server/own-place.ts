const longest = 2000;

/**
 * An address on this page: path, query and hash. Null for what leads elsewhere, however it is written, and for what is
 * no view: the API, and signing in itself.
 */
export function ownPlace(text: string): string | null {
  // Browsers read backslashes as slashes, and leave out tabs and line ends.
  if (text.length > longest || !/^\/(?![/\\])/.test(text) || /[\\\p{Cc}]/u.test(text)) {
    return null;
  }
  const base = 'http://page.invalid';
  if (!URL.canParse(text, base)) {
    return null;
  }
  const { origin, pathname, search, hash } = new URL(text, base);
  // Dots in the path can make two slashes of one.
  const isOwn = origin === base && !pathname.startsWith('//');
  return isOwn && !/^\/(api|auth|sign-in|setup)(\/|$)/.test(pathname) ? `${pathname}${search}${hash}` : null;
}
