import { type JsonObject, objectsOf, present, textOf, textsOf } from '../lib/json.ts';
import { type CsafProducts, csafProducts, memberAt } from './csaf-products.ts';
import { namesProduct, type VexDocument, type VexQuestion } from './statement.ts';

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

/** A CSAF 2.0 document: what it says is known not to be affected, or fixed. */
export function csafDocument(json: JsonObject, source: string): VexDocument {
  const tree = csafProducts(json);
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
  tree: CsafProducts,
): 'not_affected' | 'fixed' | null {
  const statuses = memberAt(vulnerability, 'product_status');
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

function isMeant(productId: string, { productPurl, partPurl }: VexQuestion, tree: CsafProducts): boolean {
  function names(id: string, purl: string | undefined): boolean {
    return (tree.purls.get(id) ?? []).some((stated) => namesProduct(stated, purl));
  }
  return (
    names(productId, productPurl) ||
    (tree.relationships.get(productId) ?? []).some(
      ({ category, part, whole }) =>
        partCategories.has(category) && names(whole, productPurl) && names(part, partPurl),
    )
  );
}

function statementOf(vulnerability: JsonObject): string | undefined {
  const impact = objectsOf(vulnerability['threats']).find(({ category }) => category === 'impact');
  const [flag] = objectsOf(vulnerability['flags']);
  return textOf(impact?.['details']) ?? textOf(flag?.['label']);
}
