import { importStatements, type ProductStatus } from '../db/build/product-statuses.ts';
import { defineFeed } from '../feed.ts';
import { isObject, type JsonObject, objectsOf, textOf } from '../lib/json.ts';

export const feed = defineFeed({
  id: 'openvex',
  doc: 'OpenVEX documents: what they say is affected, or fixed in packages of distributions.',
  accepts({ path, document }) {
    const vex = path.endsWith('.json') ? document() : null;
    return isObject(vex) && textOf(vex['@context'])?.includes('openvex') === true;
  },
  read({ path, document }, sink) {
    const vex = document();
    const author = isObject(vex) ? (textOf(vex['author']) ?? 'OpenVEX') : 'OpenVEX';
    for (const statement of objectsOf(isObject(vex) ? vex['statements'] : [])) {
      const vulnerabilityId = idOf(statement['vulnerability']);
      const status = statusOf(statement['status']);
      const products = productUrls(statement).map((url) => ({ url, status }));
      const source = { id: 'openvex', name: author, url: isObject(vex) ? (textOf(vex['@id']) ?? '') : '' };
      const reason =
        vulnerabilityId === undefined
          ? 'names no vulnerability'
          : importStatements({ vulnerabilityId, source, products }, sink);
      if (reason === null) {
        sink.imported();
      } else {
        sink.rejected(`${path} ${vulnerabilityId ?? ''}`, reason);
      }
    }
  },
});

function idOf(vulnerability: unknown): string | undefined {
  return isObject(vulnerability) ? textOf(vulnerability['name']) : textOf(vulnerability);
}

function statusOf(status: unknown): ProductStatus {
  return status === 'affected' || status === 'fixed' ? status : 'other';
}

/** The packages within a product are meant, where it names some. */
function productUrls(statement: JsonObject): string[] {
  return objectsOf(statement['products']).flatMap((product) => {
    const parts = objectsOf(product['subcomponents']);
    return (parts.length === 0 ? [product] : parts).flatMap((part) => {
      const identifiers = isObject(part['identifiers']) ? part['identifiers'] : {};
      return textOf(identifiers['purl']) ?? textOf(part['@id']) ?? [];
    });
  });
}
