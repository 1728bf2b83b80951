/**
 * The files of a text archive: text before the first marker is a comment, then `-- path --` lines, each followed by
 * the file's text. A path that ends in `:base64` holds bytes.
 */
export function readArchive(text: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const parts = text.split(/^-- (\S+) --\n/m);
  for (let i = 1; i + 1 < parts.length; i += 2) {
    const name = parts[i] ?? '';
    const content = parts[i + 1] ?? '';
    if (name.endsWith(':base64')) {
      files.set(name.slice(0, -':base64'.length), Buffer.from(content, 'base64'));
    } else {
      files.set(name, Buffer.from(content));
    }
  }
  return files;
}
