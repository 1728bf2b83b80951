import { readdirSync } from 'node:fs';

/** The value of an extended attribute; null when the file has none of this name. */
export type ReadAttribute = (path: string, name: string) => Buffer | null;

const opaqueAttribute = 'trusted.overlay.opaque';

/** Folders of a layer of overlayfs that hide what lower layers have in them. Without a way to ask, none is known. */
export function opaqueFolders(root: string, readAttribute: ReadAttribute | undefined): string[] {
  if (readAttribute === undefined) {
    return [];
  }
  const opaque: string[] = [];
  const open = [''];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    if (folder !== '' && readAttribute(`${root}/${folder}`, opaqueAttribute)?.[0] === 0x79) {
      opaque.push(folder);
    }
    for (const entry of readdirSync(`${root}/${folder}`, { withFileTypes: true })) {
      if (entry.isDirectory()) {
        open.push(folder === '' ? entry.name : `${folder}/${entry.name}`);
      }
    }
  }
  return opaque.sort();
}
