import { AppError } from '@lanner/core';
import type { Descriptor, Manifest } from './client.ts';

/** A manifest as a registry gives it: members are not checked. Throws AppError 'registry.answer'. */
export function parsedManifest(bytes: Buffer, registry: string): Manifest {
  let manifest: unknown;
  try {
    manifest = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new AppError('registry.answer', `${registry} gave a manifest that is no JSON`, { cause: error });
  }
  if (typeof manifest !== 'object' || manifest === null) {
    throw new AppError('registry.answer', `${registry} gave a manifest that is no object`);
  }
  return manifest;
}

/** The sound ones of a list of descriptors. */
export function soundDescriptors(list: unknown): Descriptor[] {
  return Array.isArray(list) ? list.filter(isDescriptor) : [];
}

function isDescriptor(value: unknown): value is Descriptor {
  const { digest, size } = (value ?? {}) as { digest?: unknown; size?: unknown };
  return typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest) && Number.isSafeInteger(size);
}
