import { AppError } from '@lanner/core';
import { isObject, type JsonObject, objectsOf, present, textOf, textsOf } from '../../lib/json.ts';
import type { Bom, BomComponent, BomFile, BomProperty, ComponentType } from '../../model/index.ts';
import { parsePackageUrl, printPackageUrl } from '../../purl/index.ts';
import { BomBuilder } from '../bom-builder.ts';
import { digestNameOf } from '../digests.ts';
import { propertyNamespace } from '../properties.ts';

/** Components within each other. */
const maxDepth = 100;

const types: Readonly<Record<string, ComponentType>> = {
  container: 'container_image',
  application: 'application',
  'operating-system': 'operating_system',
  platform: 'platform',
};

/** Reads a CycloneDX document of version 1.0 to 1.7. Throws AppError 'artifact.parse'. */
export function readCycloneDx(json: JsonObject): Bom {
  const { serialNumber, version } = json;
  if (serialNumber !== undefined && typeof serialNumber !== 'string') {
    throw new AppError('artifact.parse', 'the serial number of a CycloneDX document is no text');
  }
  let count = 0;
  const builder = new BomBuilder(() => `#${++count}`);
  const idsByRef = new Map<string, string>();
  function add(component: JsonObject, isRoot: boolean): void {
    const read = readComponent(component, isRoot);
    const id = builder.add(read, { isRoot });
    const ref = read.identifier.bomRef;
    if (ref !== undefined && !idsByRef.has(ref)) {
      idsByRef.set(ref, id);
    }
  }
  const metadata = isObject(json['metadata']) ? json['metadata'] : {};
  const root = metadata['component'];
  if (isObject(root) && Object.keys(root).length > 0) {
    add(root, true);
    for (const component of nestedComponents(root['components'])) {
      add(component, false);
    }
  }
  for (const component of nestedComponents(json['components'])) {
    add(component, false);
  }
  relate(builder, json, idsByRef);
  for (const reference of objectsOf(json['externalReferences'])) {
    const url = textOf(reference['url']);
    if (url !== undefined) {
      builder.refer({ type: textOf(reference['type']) ?? 'other', url });
    }
  }
  return builder.build(
    present({
      serialNumber: textOf(serialNumber),
      version: typeof version === 'number' ? version : undefined,
    }),
  );
}

/** Components and those within them, from the outside in. */
function nestedComponents(json: unknown): JsonObject[] {
  const found: JsonObject[] = [];
  let level = objectsOf(json);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) {
      throw new AppError('artifact.parse', `components are nested more than ${maxDepth} deep`);
    }
    found.push(...level);
    level = level.flatMap(({ components }) => objectsOf(components));
  }
  return found;
}

function relate(builder: BomBuilder, json: JsonObject, idsByRef: ReadonlyMap<string, string>): void {
  for (const dependency of objectsOf(json['dependencies'])) {
    const from = idsByRef.get(textOf(dependency['ref']) ?? '');
    if (from === undefined) {
      continue;
    }
    builder.declare(from);
    for (const ref of textsOf(dependency['dependsOn'])) {
      const to = idsByRef.get(ref);
      if (to !== undefined) {
        builder.relate(from, to, 'depends_on');
      }
    }
  }
}

function readComponent(json: JsonObject, isRoot: boolean): Omit<BomComponent, 'id'> {
  const purl = readPurl(textOf(json['purl']));
  const type = textOf(json['type']) ?? '';
  const other = isRoot && purl === undefined ? 'filesystem' : 'library';
  const supplier = isObject(json['supplier']) ? textOf(json['supplier']['name']) : undefined;
  const licenses = readLicenses(json['licenses']);
  return {
    type: Object.hasOwn(types, type) ? (types[type] ?? other) : other,
    name: textOf(json['name']) ?? '',
    ...present({
      group: textOf(json['group']),
      version: textOf(json['version']),
      supplier,
      licenses: licenses.length === 0 ? undefined : licenses,
    }),
    identifier: present({ purl, bomRef: textOf(json['bom-ref']) }),
    files: readHashes(json['hashes']),
    properties: readProperties(json['properties']),
  };
}

/** A package URL that cannot be read is none. */
function readPurl(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : printPackageUrl(parsePackageUrl(text));
  } catch (error) {
    if (error instanceof AppError) {
      return undefined;
    }
    throw error;
  }
}

function readLicenses(json: unknown): string[] {
  return objectsOf(json).flatMap(({ license, expression }) => {
    const named = isObject(license) ? (textOf(license['id']) ?? textOf(license['name'])) : textOf(expression);
    return named ?? [];
  });
}

function readHashes(json: unknown): BomFile[] {
  const digests = objectsOf(json).flatMap((hash) => {
    const name = digestNameOf(textOf(hash['alg']) ?? '');
    const content = textOf(hash['content']);
    return name === null || content === undefined ? [] : `${name}:${content}`;
  });
  return digests.length === 0 ? [] : [{ digests }];
}

function readProperties(json: unknown): BomProperty[] {
  return objectsOf(json).flatMap((property) => {
    const name = textOf(property['name']);
    const value = textOf(property['value']);
    return name === undefined || value === undefined ? [] : readProperty(name, value);
  });
}

/** Trivy's own properties lose their prefix; others keep their name whole. */
function readProperty(name: string, value: string): BomProperty {
  if (name.startsWith(propertyNamespace)) {
    return { name: name.slice(propertyNamespace.length), value };
  }
  return { name, value, namespace: '' };
}
