import { isObject, type JsonObject, objectsOf, present, textOf, textsOf } from '../lib/json.ts';
import { namesProduct, type VexDocument, type VexQuestion } from './statement.ts';

/** Branches of a product tree within each other. */
const maxDepth = 50;

/** Relationships in which the first product is a part of the second. */
const partCategories: ReadonlySet<string> = new Set([
  ...[
    'default_component_of',
    'external_component_of',
    'optional_component_of',
    'installed_on',
    'installed_with',
  ],
]);

interface Relationship {
  /** Product ids. */
  readonly part: string;
  readonly whole: string;
}

interface ProductTree {
  readonly purls: ReadonlyMap<string, readonly string[]>;
  /** By the id of the combined product. */
  readonly relationships: ReadonlyMap<string, readonly Relationship[]>;
}

export function isCsaf(json: JsonObject): boolean {
  return 'csaf_version' in objectAt(json, 'document');
}

/** A CSAF 2.0 document: what it says is known not to be affected, or fixed. */
export function csafDocument(json: JsonObject, source: string): VexDocument {
  const tree = readTree(objectAt(json, 'product_tree'));
  const vulnerabilities = objectsOf(json['vulnerabilities']);
  return (question) => {
    const found = vulnerabilities.find(({ cve }) => cve === question.vulnerabilityId);
    const status = found === undefined ? null : statusOf(found, question, tree);
    return found === undefined || status === null
      ? null
      : { status, ...present({ statement: statementOf(found) }), source };
  };
}

function statusOf(
  vulnerability: JsonObject,
  question: VexQuestion,
  tree: ProductTree,
): 'not_affected' | 'fixed' | null {
  const statuses = objectAt(vulnerability, 'product_status');
  for (const [key, status] of [
    ['known_not_affected', 'not_affected'],
    ['fixed', 'fixed'],
  ] as const) {
    if (textsOf(statuses[key]).some((productId) => isMeant(productId, question, tree))) {
      return status;
    }
  }
  return null;
}

function isMeant(productId: string, { productPurl, partPurl }: VexQuestion, tree: ProductTree): boolean {
  function names(id: string, purl: string | undefined): boolean {
    return (tree.purls.get(id) ?? []).some((stated) => namesProduct(stated, purl));
  }
  return (
    names(productId, productPurl) ||
    (tree.relationships.get(productId) ?? []).some(
      ({ part, whole }) => names(whole, productPurl) && names(part, partPurl),
    )
  );
}

function statementOf(vulnerability: JsonObject): string | undefined {
  const impact = objectsOf(vulnerability['threats']).find(({ category }) => category === 'impact');
  const [flag] = objectsOf(vulnerability['flags']);
  return textOf(impact?.['details']) ?? textOf(flag?.['label']);
}

function readTree(json: JsonObject): ProductTree {
  const purls = new Map<string, string[]>();
  function add(product: JsonObject): void {
    const id = textOf(product['product_id']);
    const purl = textOf(objectAt(product, 'product_identification_helper')['purl']);
    if (id !== undefined && purl !== undefined) {
      purls.set(id, [...(purls.get(id) ?? []), purl]);
    }
  }
  function walk(branch: JsonObject, depth: number): void {
    add(objectAt(branch, 'product'));
    for (const inner of depth < maxDepth ? objectsOf(branch['branches']) : []) {
      walk(inner, depth + 1);
    }
  }
  walk(json, 0);
  objectsOf(json['full_product_names']).forEach(add);
  const relationships = new Map<string, Relationship[]>();
  for (const relationship of objectsOf(json['relationships'])) {
    const combined = objectAt(relationship, 'full_product_name');
    add(combined);
    const id = textOf(combined['product_id']);
    if (id !== undefined && partCategories.has(textOf(relationship['category']) ?? '')) {
      const part = textOf(relationship['product_reference']) ?? '';
      const whole = textOf(relationship['relates_to_product_reference']) ?? '';
      relationships.set(id, [...(relationships.get(id) ?? []), { part, whole }]);
    }
  }
  return { purls, relationships };
}

function objectAt(json: JsonObject, key: string): JsonObject {
  const value = json[key];
  return isObject(value) ? value : {};
}
