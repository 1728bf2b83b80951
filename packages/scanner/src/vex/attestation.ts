import { gunzipSync } from 'node:zlib';
import { AppError, type Log } from '@lanner/core';
import {
  type Descriptor,
  type Manifest,
  parseReference,
  type RegistryAccess,
  type RemoteImage,
  soundDescriptors,
} from '@lanner/runtimes';
import { isObject, type JsonObject, parseObject, textOf } from '../lib/json.ts';

/** What attestations of images are stored as: by Sigstore, as a DSSE envelope, as a plain in-toto statement. */
const attestationTypes: ReadonlySet<string> = new Set([
  'application/vnd.dev.sigstore.bundle.v0.3+json',
  'application/vnd.dsse.envelope.v1+json',
  'application/vnd.in-toto+json',
]);
const predicateKey = 'in-toto.io/predicate-type';
const openVexNamespace = 'https://openvex.dev/ns';
/** A registry may name any number, of any size. */
const maxAttestations = 100;
const maxBytes = 20 * 2 ** 20;

export interface AttestationOptions {
  readonly registry: RegistryAccess;
  readonly log: Log;
}

/**
 * The OpenVEX document that is attached to an image `registry/repository@sha256:…`: what refers to it in the registry
 * (version 1.1 of the distribution specification), or else what cosign 2 put under a tag of the digest. null when it
 * has none. Signatures are not verified. Throws AppError 'registry.*'.
 */
export async function fetchVexAttestation(
  imageDigest: string,
  { registry, log }: AttestationOptions,
): Promise<Uint8Array | null> {
  const reference = parseReference(imageDigest);
  const image = await registry.open(reference);
  const digest = reference.digest ?? image.digest;
  const named = candidates(await image.referrers(digest));
  const referring = await firstDocument(image, named, log, async ({ digest: at }) =>
    layersOf(await image.manifestOf(at)),
  );
  if (referring !== null) {
    return referring;
  }
  try {
    const tagged = await registry.open({
      ...reference,
      digest: null,
      tag: `${digest.replace(':', '-')}.att`,
    });
    return await firstDocument(tagged, layersOf(tagged.manifest), log, (layer) => Promise.resolve([layer]));
  } catch (error) {
    if (error instanceof AppError && error.code === 'registry.missing') {
      return null;
    }
    throw error;
  }
}

function layersOf({ layers }: Manifest): Descriptor[] {
  return soundDescriptors(layers);
}

/** Those that say that they are OpenVEX; when none says so, those that say nothing. */
function candidates(referrers: readonly Descriptor[]): Descriptor[] {
  const attestations = referrers.filter(({ artifactType }) => attestationTypes.has(artifactType ?? ''));
  const predicate = ({ annotations }: Descriptor): string | undefined => annotations?.[predicateKey];
  const openVex = attestations.filter((one) => isOpenVexType(predicate(one)));
  return openVex.length > 0 ? openVex : attestations.filter((one) => predicate(one) === undefined);
}

/** Passes over what is not OpenVEX; what cannot be read is told of. */
async function firstDocument(
  image: RemoteImage,
  places: readonly Descriptor[],
  log: Log,
  blobsOf: (place: Descriptor) => Promise<readonly Descriptor[]>,
): Promise<Uint8Array | null> {
  if (places.length > maxAttestations) {
    log.warn('an image has more attestations than are looked at', {
      count: places.length,
      most: maxAttestations,
    });
  }
  for (const place of places.slice(0, maxAttestations)) {
    try {
      const [blob] = await blobsOf(place);
      const found = blob === undefined ? null : openVexOf(await image.blob(blob, maxBytes));
      if (found !== null) {
        return found;
      }
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'registry.unreachable') {
        throw error;
      }
      log.warn('an attestation of the image cannot be read', {
        digest: place.digest,
        problem: error.message,
      });
    }
  }
  return null;
}

/**
 * The OpenVEX document in an attestation: a bundle of Sigstore, a DSSE envelope or an in-toto statement. null for a
 * statement of another kind. Throws AppError 'artifact.parse' for anything else.
 */
export function openVexOf(bytes: Buffer): Uint8Array | null {
  const json = parseObject(plain(bytes).toString('utf8'), 'artifact.parse');
  const envelope = isObject(json['dsseEnvelope']) ? json['dsseEnvelope'] : json;
  const statement = statementOf(envelope);
  const { predicate } = statement;
  if (!isOpenVexType(textOf(statement['predicateType']))) {
    return null;
  }
  if (!isObject(predicate)) {
    throw new AppError('artifact.parse', 'the attestation has no document');
  }
  return Buffer.from(JSON.stringify(predicate));
}

function statementOf(envelope: JsonObject): JsonObject {
  const payload = textOf(envelope['payload']);
  const statement =
    payload === undefined
      ? envelope
      : parseObject(Buffer.from(payload, 'base64').toString('utf8'), 'artifact.parse');
  if (textOf(statement['_type']) === undefined) {
    throw new AppError('artifact.parse', 'this is no in-toto statement');
  }
  return statement;
}

function isOpenVexType(type: string | undefined): boolean {
  return type === openVexNamespace || type?.startsWith(`${openVexNamespace}/`) === true;
}

/** Blobs may be packed. */
function plain(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    return bytes;
  }
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    throw new AppError('artifact.parse', 'the attestation cannot be unpacked', { cause });
  }
}
