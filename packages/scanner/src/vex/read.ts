import { AppError } from '@lanner/core';
import { type JsonObject, parseObject } from '../lib/json.ts';
import type { Report } from '../model/index.ts';
import { csafDocument } from './csaf.ts';
import { isCsaf } from './csaf-products.ts';
import { cycloneDxVexDocument, isCycloneDx } from './cyclonedx.ts';
import { openVexDocument } from './openvex.ts';
import { isOpenVex } from './openvex-statements.ts';
import type { VexDocument } from './statement.ts';

/** Larger documents are refused. */
const maxBytes = 64 * 2 ** 20;

/** Reads a VEX document of any format. `source` is shown with what it suppressed. Throws AppError 'artifact.parse'. */
export function readVex(
  bytes: Uint8Array,
  source: string,
  report: Pick<Report, 'artifactType' | 'bom'>,
): VexDocument {
  if (bytes.length > maxBytes) {
    throw new AppError('artifact.limit', `${source} is larger than ${maxBytes} bytes`);
  }
  const json = parseObject(
    Buffer.from(bytes)
      .toString('utf8')
      .replace(/^\uFEFF/, ''),
    'artifact.parse',
  );
  const document = documentOf(json, source, report);
  if (document === null) {
    throw new AppError('artifact.parse', `${source} is no VEX document`, {
      hint: 'Give a document of OpenVEX, CSAF or CycloneDX.',
    });
  }
  return document;
}

function documentOf(
  json: JsonObject,
  source: string,
  { artifactType, bom }: Pick<Report, 'artifactType' | 'bom'>,
): VexDocument | null {
  if (isCycloneDx(json)) {
    if (artifactType !== 'cyclonedx') {
      throw new AppError('usage.invalid', 'CycloneDX VEX speaks of a CycloneDX SBOM, which was not scanned', {
        hint: 'Scan the SBOM that it refers to, or use OpenVEX or CSAF.',
      });
    }
    return cycloneDxVexDocument(json, bom);
  }
  if (isOpenVex(json)) {
    return openVexDocument(json, source);
  }
  return isCsaf(json) ? csafDocument(json, source) : null;
}
