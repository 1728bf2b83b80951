import { isObject, type JsonObject, objectsOf, present, textOf } from '../lib/json.ts';
import type { Bom } from '../model/index.ts';
import type { VexDocument } from './statement.ts';

const states: Readonly<Record<string, 'not_affected' | 'fixed'>> = {
  not_affected: 'not_affected',
  false_positive: 'not_affected',
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
};

export function isCycloneDx(json: JsonObject): boolean {
  return json['bomFormat'] === 'CycloneDX';
}

/** A CycloneDX document that speaks of another one by links into it, or of itself by its own references. */
export function cycloneDxVexDocument(json: JsonObject, bom: Bom | undefined): VexDocument {
  const vulnerabilities = objectsOf(json['vulnerabilities']);
  return ({ vulnerabilityId, references }) => {
    const found = vulnerabilities.find(({ id }) => id === vulnerabilityId);
    const analysis = isObject(found?.['analysis']) ? found['analysis'] : {};
    const state = textOf(analysis['state']) ?? '';
    const status = Object.hasOwn(states, state) ? states[state] : undefined;
    const isMeant = objectsOf(found?.['affects']).some(({ ref }) => {
      const reference = referenceWithin(textOf(ref) ?? '', bom);
      return reference !== null && references.includes(reference);
    });
    return isMeant && status !== undefined
      ? { status, ...present({ statement: textOf(analysis['justification']) }), source: 'CycloneDX VEX' }
      : null;
  };
}

/** What a link names within the scanned bill; null when it leads into another one. */
function referenceWithin(text: string, bom: Bom | undefined): string | null {
  const [, serial, version, reference] = /^urn:cdx:([^/]+)\/(\d+)#(.*)$/s.exec(text) ?? [];
  if (reference === undefined) {
    return text.startsWith('urn:cdx:') ? null : text;
  }
  const isSame = bom?.serialNumber === `urn:uuid:${serial ?? ''}` && (bom.version ?? 1) === Number(version);
  return isSame ? decoded(reference) : null;
}

/** References of links are percent-encoded where they must be; a package URL may stand as it is. */
function decoded(reference: string): string {
  return reference.startsWith('pkg:') ? reference : decodeURIComponentOr(reference);
}

function decodeURIComponentOr(text: string): string {
  return /%(?![0-9a-fA-F]{2})/.test(text)
    ? text
    : Buffer.from(unescapeBytes(text), 'latin1').toString('utf8');
}

function unescapeBytes(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
