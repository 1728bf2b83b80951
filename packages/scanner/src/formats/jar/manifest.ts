import { spdxId } from '../../licenses/normalize.ts';
import { licenseIdByUrl } from '../../licenses/urls.ts';
import { trimOf } from '../../lib/trim.ts';
import type { Coordinates } from './coordinates.ts';

export interface Manifest {
  /** What the archive says to be; null when a part is missing. */
  readonly coordinates: Coordinates | null;
  readonly licenses: readonly string[];
}

/** Reads the main section of a MANIFEST.MF: lines are folded at 72 bytes, and an empty one ends it. */
export function parseManifest(text: string): Manifest {
  const attributes = mainAttributes(text);
  return { coordinates: coordinatesOf(attributes), licenses: licensesOf(attributes) };
}

function mainAttributes(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  let name = '';
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line === '') {
      break;
    }
    if (line.startsWith(' ')) {
      attributes.set(name, (attributes.get(name) ?? '') + line.slice(1));
      continue;
    }
    const colon = line.indexOf(':');
    name = line.slice(0, Math.max(0, colon));
    attributes.set(name, line.slice(colon + 1));
  }
  return attributes;
}

function coordinatesOf(attributes: ReadonlyMap<string, string>): Coordinates | null {
  const symbolicName = valueOf(attributes, 'Bundle-SymbolicName');
  const groupId =
    valueOf(attributes, 'Implementation-Vendor-Id') ||
    // com.fasterxml.jackson.core.jackson-core → com.fasterxml.jackson.core
    symbolicName.slice(0, symbolicName.includes('.') ? symbolicName.lastIndexOf('.') : undefined) ||
    valueOf(attributes, 'Implementation-Vendor') ||
    valueOf(attributes, 'Specification-Vendor');
  const artifactId =
    valueOf(attributes, 'Implementation-Title') ||
    valueOf(attributes, 'Specification-Title') ||
    valueOf(attributes, 'Bundle-Name');
  const version =
    valueOf(attributes, 'Implementation-Version') ||
    valueOf(attributes, 'Specification-Version') ||
    valueOf(attributes, 'Bundle-Version');
  return groupId === '' || artifactId === '' || version === '' ? null : { groupId, artifactId, version };
}

/** Empty for a name of a text that is elsewhere: `%bundleName`. */
function valueOf(attributes: ReadonlyMap<string, string>, name: string): string {
  const value = (attributes.get(name) ?? '').trim();
  return value.startsWith('%') ? '' : value;
}

/** Those of a Jenkins plugin as they are, otherwise those of an OSGi bundle that have an SPDX id. */
function licensesOf(attributes: ReadonlyMap<string, string>): string[] {
  const ofPlugin = [...attributes]
    .filter(([name]) => name === 'Plugin-License-Name' || name.startsWith('Plugin-License-Name-'))
    .map(([, value]) => value.trim())
    .filter((license) => license !== '');
  return ofPlugin.length > 0 ? ofPlugin : bundleLicenses(attributes.get('Bundle-License') ?? '');
}

/** `Apache-2.0;link="https://…", …`: a name that is an id, or an address of a licence. */
function bundleLicenses(header: string): string[] {
  return splitOutsideQuotes(header, ',').flatMap((entry) => {
    const [name = '', ...fields] = splitOutsideQuotes(entry, ';');
    const link = fields
      .map((field) => /^\s*link\s*=(.*)$/s.exec(field)?.[1])
      .find((value) => value !== undefined);
    return spdxId(bare(name)) ?? licenseIdByUrl(bare(name)) ?? licenseIdByUrl(bare(link ?? '')) ?? [];
  });
}

function bare(text: string): string {
  return trimOf(text, ' "');
}

/** In quotes, a backslash takes its meaning from the next character. */
function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (quoted && character === '\\') {
      i++;
    } else if (character === '"') {
      quoted = !quoted;
    } else if (character === separator && !quoted) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}
