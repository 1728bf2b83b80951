import { AppError } from '@lanner/core';
import { isObject, type JsonObject, parseObject, textOf } from '../lib/json.ts';
import { readCycloneDx } from './cyclonedx/read.ts';
import { decodeBom, type SbomContent } from './decode.ts';
import { readSpdxJson } from './spdx/read-json.ts';
import { readSpdxTagValue } from './spdx/read-tag-value.ts';
import { readSpdx } from './spdx/read.ts';

/** Larger documents are refused. */
const maxBytes = 256 * 2 ** 20;
/** Envelopes within each other. */
const maxEnvelopes = 4;

/**
 * Reads a bill of materials: CycloneDX JSON, SPDX JSON or tag-value, plain or in an attestation (in-toto statement, DSSE
 * envelope, a line of JSON lines). Throws AppError 'artifact.parse' or 'artifact.limit'.
 */
export function readSbom(bytes: Uint8Array): SbomContent {
  if (bytes.length > maxBytes) {
    throw new AppError('artifact.limit', `an SBOM of ${bytes.length} bytes is larger than ${maxBytes}`);
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  if (/^\s*\{/.test(text)) {
    return readJson(parseJson(text), 0);
  }
  if (/^\s*(?:#.*\n\s*)*SPDXVersion:/.test(text.slice(0, 4096))) {
    return { artifactType: 'spdx', ...decodeBom(readSpdx(readSpdxTagValue(text))) };
  }
  throw unknown();
}

/** Whether the beginning of a file looks like a bill of materials. */
export function looksLikeSbom(head: string): boolean {
  return /"bomFormat"\s*:\s*"CycloneDX"|"spdxVersion"|^SPDXVersion:/m.test(head);
}

/** One document, or the first of JSON lines. */
function parseJson(text: string): JsonObject {
  const end = text.indexOf('\n');
  const firstLine = end < 0 ? text : text.slice(0, end);
  try {
    return parseObject(text, 'artifact.parse');
  } catch (error) {
    if (firstLine === text || !firstLine.trimEnd().endsWith('}')) {
      throw error;
    }
    return parseObject(firstLine, 'artifact.parse');
  }
}

function readJson(json: JsonObject, depth: number): SbomContent {
  if (json['bomFormat'] === 'CycloneDX') {
    return { artifactType: 'cyclonedx', ...decodeBom(readCycloneDx(json)) };
  }
  if (textOf(json['spdxVersion'])?.startsWith('SPDX-2.') === true) {
    return { artifactType: 'spdx', ...decodeBom(readSpdx(readSpdxJson(json))) };
  }
  const inner = unwrap(json);
  if (inner === null || depth >= maxEnvelopes) {
    throw unknown();
  }
  return readJson(inner, depth + 1);
}

/** What an envelope holds: the payload of DSSE, the predicate of in-toto, the data of cosign. */
function unwrap(json: JsonObject): JsonObject | null {
  const payload = textOf(json['payload']);
  if (payload !== undefined) {
    return parseObject(Buffer.from(payload, 'base64').toString('utf8'), 'artifact.parse');
  }
  for (const key of ['predicate', 'Data', 'dsseEnvelope']) {
    const member = json[key];
    if (isObject(member)) {
      return member;
    }
    if (typeof member === 'string') {
      return parseObject(member, 'artifact.parse');
    }
  }
  return null;
}

function unknown(): AppError {
  return new AppError('artifact.parse', 'this is no SBOM of a known format', {
    hint: 'Give CycloneDX JSON, or SPDX 2.2 or 2.3 as JSON or tag-value.',
  });
}
