import { AppError } from '@lanner/core';
import type { Descriptor } from '@lanner/runtimes';
import type { Platform } from './image.ts';

const defaultPlatform: Platform = { os: 'linux', architecture: 'amd64', variant: undefined };

/** `os/arch[/variant]`, where the os may be `*`. Throws AppError 'usage.invalid'. */
export function parsePlatform(text: string): Platform {
  const [os, architecture, variant, ...more] = text.split('/');
  if (os === undefined || os === '' || architecture === undefined || architecture === '' || more.length > 0) {
    throw new AppError('usage.invalid', `'${text}' is no platform`, { hint: 'Write it like linux/arm64.' });
  }
  return { os, architecture, variant };
}

/**
 * The manifest of an index for a platform; without one, linux/amd64 or else the first. Attestations are no images.
 * Throws AppError 'artifact.platform' when there is none.
 */
export function choosePlatform(manifests: readonly Descriptor[], wanted: Platform | null): Descriptor {
  const images = manifests.filter(
    ({ platform, annotations }) =>
      platform?.os !== 'unknown' && annotations?.['vnd.docker.reference.type'] === undefined,
  );
  const found =
    images.find(({ platform }) => platform !== undefined && fits(platform, wanted ?? defaultPlatform)) ??
    (wanted === null ? images[0] : undefined);
  if (found === undefined) {
    const there = images.map(({ platform }) => print(platform)).join(', ');
    throw new AppError(
      'artifact.platform',
      `the image is not there for ${print(wanted ?? defaultPlatform)}`,
      {
        hint: there === '' ? 'The index names no image.' : `It is there for: ${there}`,
      },
    );
  }
  return found;
}

function fits(platform: Partial<Platform>, wanted: Platform): boolean {
  return (
    (wanted.os === '*' || platform.os === wanted.os) &&
    platform.architecture === wanted.architecture &&
    (wanted.variant === undefined || platform.variant === wanted.variant)
  );
}

function print(platform: Partial<Platform> | undefined): string {
  return [platform?.os, platform?.architecture, platform?.variant]
    .filter((part) => part !== undefined)
    .join('/');
}
