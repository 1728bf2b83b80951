import { AppError } from '@lanner/core';
import { inflateSync } from 'node:zlib';
import { objectsOf, parseObject, textOf } from '../../lib/json.ts';
import { known } from '../../lib/known.ts';
import { type ByteSource, readExactly } from '../../lib/source.ts';
import type { Package } from '../../model/index.ts';
import { executableImage } from '../executable/image.ts';

/** Bytes that cargo-auditable compresses; a program of a thousand crates has some hundred thousand. */
const maxAudit = 16 * 1024 * 1024;

/** Longer ones are no names: each is repeated where the crate is needed. */
const maxName = 1000;

/** The crates that cargo-auditable wrote into a program; none for other programs. */
export function rustCrates(source: ByteSource): Package[] {
  const image = executableImage(source);
  const section = image?.section('.dep-v0') ?? null;
  if (section === null) {
    return [];
  }
  const packed = readExactly(source, section.offset, Math.min(section.size, maxAudit));
  return cratesOf(parseObject(inflated(packed).toString(), 'artifact.parse')['packages']);
}

function inflated(packed: Buffer): Buffer {
  try {
    return inflateSync(packed, { maxOutputLength: maxAudit });
  } catch (error) {
    throw new AppError('artifact.parse', 'The crates in this program cannot be unpacked', { cause: error });
  }
}

/** Crates that are only needed to build are left out. Dependencies are places in the list. */
function cratesOf(list: unknown): Package[] {
  const crates = objectsOf(list).map((crate) => {
    const name = textOf(crate['name']) ?? '';
    const version = textOf(crate['version']) ?? '';
    const isNeeded = name !== '' && name.length <= maxName && (crate['kind'] ?? 'runtime') === 'runtime';
    return { id: `${name}@${version}`, name, version, isNeeded, crate };
  });
  return crates
    .filter(({ isNeeded }) => isNeeded)
    .map(({ id, name, version, crate }) => {
      const places: readonly unknown[] = Array.isArray(crate['dependencies']) ? crate['dependencies'] : [];
      const needed = places.flatMap((place) => (typeof place === 'number' ? (crates[place] ?? []) : []));
      const dependsOn = needed.filter((one) => one.isNeeded).map((one) => one.id);
      const relationship = crate['root'] === true ? 'root' : undefined;
      return known<Package>({ id, name, version, relationship, dependsOn: dependsOn.sort() });
    });
}
