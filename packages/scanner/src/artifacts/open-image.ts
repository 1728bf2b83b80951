import { AppError, unreadable } from '@lanner/core';
import { existsSync, statSync } from 'node:fs';
import type { Image } from './image.ts';
import type { ImageSource, ImageSourceContext } from '../image-source.ts';
import { imageSources } from '../image-sources/registry.gen.ts';

/** Ids of the sources that find an image by its name, in the order in which they are asked. */
export const namedSources: readonly string[] = byRank('name').map(({ id }) => id);

/** Opens an archive or layout on disk. Throws AppError 'artifact.*' | 'file.read'. */
export async function openImageFile(path: string, context: ImageSourceContext): Promise<Image> {
  try {
    // A layout may be followed by the tag or digest of an image in it.
    statSync(existsSync(path) ? path : path.replace(/[:@][^/]*$/, ''));
  } catch (error) {
    // Not once for each form.
    throw unreadable(path, error);
  }
  return firstOf(
    path,
    byRank('path'),
    context,
    `${path} is neither of the forms of an image that are known`,
    {
      hint: 'Give an archive as docker save or podman save write it, or an OCI layout as a folder or tar.',
    },
  );
}

/**
 * Finds an image by its name in the first of the sources that has it. Throws AppError 'artifact.missing' with what went
 * wrong in each.
 */
export async function openImage(
  name: string,
  sources: readonly string[],
  context: ImageSourceContext,
): Promise<Image> {
  const unknown = sources.find((id) => !namedSources.includes(id));
  if (unknown !== undefined) {
    throw new AppError('usage.invalid', `there is no source of images '${unknown}'`, {
      hint: `Use some of: ${namedSources.join(', ')}`,
    });
  }
  const chosen = sources.flatMap((id) => imageSources.filter((source) => source.id === id));
  return firstOf(
    name,
    chosen,
    context,
    `unable to find the specified image "${name}" in [${sources.join(' ')}]`,
  );
}

async function firstOf(
  target: string,
  sources: readonly ImageSource[],
  context: ImageSourceContext,
  failure: string,
  { hint }: { readonly hint?: string } = {},
): Promise<Image> {
  const problems: AppError[] = [];
  for (const source of sources) {
    try {
      return await source.open(target, context);
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw error;
      }
      // An image that was found, but not for the platform, is not looked for elsewhere.
      if (error.code === 'artifact.platform' || error.code === 'artifact.reference') {
        throw error;
      }
      problems.push(error);
    }
  }
  const [only] = problems;
  if (only !== undefined && problems.length === 1) {
    throw only;
  }
  const list = problems.map(({ message }, i) => `\n  ${sources[i]?.id ?? ''}: ${message}`).join('');
  throw new AppError('artifact.missing', `${failure}: ${problems.length} errors occurred:${list}`, {
    hint: hint ?? problems.at(-1)?.hint,
  });
}

function byRank(takes: ImageSource['takes']): ImageSource[] {
  return imageSources.filter((source) => source.takes === takes).sort((a, b) => a.rank - b.rank);
}
