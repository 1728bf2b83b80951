import { isObject, type JsonObject, objectsOf, textOf } from '../lib/json.ts';

/** Branches of a product tree within each other. */
const maxDepth = 50;

export interface CsafRelationship {
  /** What the second product is to the first, such as `default_component_of`. */
  readonly category: string;
  /** Product ids. */
  readonly part: string;
  readonly whole: string;
}

/** The products of a document of CSAF 2.0, by their ids. */
export interface CsafProducts {
  readonly purls: ReadonlyMap<string, readonly string[]>;
  readonly cpes: ReadonlyMap<string, string>;
  /** By the id of the combined product. */
  readonly relationships: ReadonlyMap<string, readonly CsafRelationship[]>;
}

export function isCsaf(json: JsonObject): boolean {
  return 'csaf_version' in memberAt(json, 'document');
}

/** Red Hat's documents say of packages of its distribution more than those of others. */
export function isRedHatCsaf(json: JsonObject): boolean {
  const publisher = memberAt(memberAt(json, 'document'), 'publisher');
  return isCsaf(json) && textOf(publisher['namespace']) === 'https://www.redhat.com';
}

export function csafProducts(document: JsonObject): CsafProducts {
  const tree = memberAt(document, 'product_tree');
  const purls = new Map<string, string[]>();
  const cpes = new Map<string, string>();
  function add(product: JsonObject): void {
    const id = textOf(product['product_id']);
    const helper = memberAt(product, 'product_identification_helper');
    const [purl, cpe] = [textOf(helper['purl']), textOf(helper['cpe'])];
    if (id !== undefined && purl !== undefined) {
      purls.set(id, [...(purls.get(id) ?? []), purl]);
    }
    if (id !== undefined && cpe !== undefined) {
      cpes.set(id, cpe);
    }
  }
  function walk(branch: JsonObject, depth: number): void {
    add(memberAt(branch, 'product'));
    for (const inner of depth < maxDepth ? objectsOf(branch['branches']) : []) {
      walk(inner, depth + 1);
    }
  }
  walk(tree, 0);
  objectsOf(tree['full_product_names']).forEach(add);
  const relationships = new Map<string, CsafRelationship[]>();
  for (const relationship of objectsOf(tree['relationships'])) {
    const combined = memberAt(relationship, 'full_product_name');
    add(combined);
    const id = textOf(combined['product_id']);
    if (id !== undefined) {
      const known = relationships.get(id) ?? [];
      known.push({
        category: textOf(relationship['category']) ?? '',
        part: textOf(relationship['product_reference']) ?? '',
        whole: textOf(relationship['relates_to_product_reference']) ?? '',
      });
      relationships.set(id, known);
    }
  }
  return { purls, cpes, relationships };
}

/** A member that is an object; an empty one where it is not there. */
export function memberAt(json: JsonObject, key: string): JsonObject {
  const value = json[key];
  return isObject(value) ? value : {};
}
