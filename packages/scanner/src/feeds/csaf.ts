import { importStatements, type ProductStatus } from '../db/build/product-statuses.ts';
import { memberOf } from '../db/build/ranges.ts';
import type { SourceDetail } from '../db/build/details.ts';
import { defineFeed } from '../feed.ts';
import { type CsafProducts, csafProducts, isCsaf, isRedHatCsaf } from '../vex/csaf-products.ts';
import { isObject, type JsonObject, objectsOf, present, textOf, textsOf } from '../lib/json.ts';

const affected = ['known_affected', 'first_affected', 'last_affected'];
const fixed = ['fixed', 'first_fixed'];
const others = ['known_not_affected', 'under_investigation', 'recommended'];

export const feed = defineFeed({
  id: 'csaf',
  doc: 'CSAF 2.0 advisories and VEX documents: products that have a package URL.',
  accepts({ path, document }) {
    const csaf = path.endsWith('.json') ? document() : null;
    return isObject(csaf) && isCsaf(csaf) && !isRedHatCsaf(csaf);
  },
  read({ path, document }, sink) {
    const csaf = document();
    const root = isObject(csaf) ? csaf : {};
    const about = memberOf(root, 'document');
    const tracking = textOf(memberOf(about, 'tracking')['id']) ?? path;
    const publisher = memberOf(about, 'publisher');
    const source = {
      id: 'csaf',
      name: textOf(publisher['name']) ?? 'CSAF',
      url: textOf(publisher['namespace']) ?? '',
    };
    const tree = csafProducts(root);
    for (const vulnerability of objectsOf(root['vulnerabilities'])) {
      const vulnerabilityId = textOf(vulnerability['cve']) ?? firstId(vulnerability);
      if (vulnerabilityId === undefined) {
        sink.rejected(tracking, 'names no vulnerability');
        continue;
      }
      const products = statementsOf(memberOf(vulnerability, 'product_status'), tree);
      const reason = importStatements({ vulnerabilityId, source, products }, sink);
      if (reason === null) {
        sink.detail(vulnerabilityId, source.id, detailOf(vulnerability));
        sink.imported();
      } else {
        sink.rejected(`${tracking} ${vulnerabilityId}`, reason);
      }
    }
  },
});

function firstId(vulnerability: JsonObject): string | undefined {
  return objectsOf(vulnerability['ids']).flatMap(({ text }) => textOf(text) ?? [])[0];
}

function statementsOf(
  statuses: JsonObject,
  tree: CsafProducts,
): { readonly url: string; readonly status: ProductStatus }[] {
  return [...affected, ...fixed, ...others].flatMap((key) => {
    const status = affected.includes(key) ? 'affected' : fixed.includes(key) ? 'fixed' : 'other';
    return textsOf(statuses[key]).flatMap((product) => {
      const url = urlOf(product, tree);
      return url === undefined ? [] : [{ url, status } as const];
    });
  });
}

/** The package URL of a product; of a combined one without, that of the component within it. */
function urlOf(product: string, { purls, relationships }: CsafProducts): string | undefined {
  const parts = relationships.get(product) ?? [];
  return [product, ...parts.map(({ part }) => part)].flatMap((id) => purls.get(id)?.at(-1) ?? [])[0];
}

function detailOf(vulnerability: JsonObject): SourceDetail {
  const notes = objectsOf(vulnerability['notes']);
  const [score] = objectsOf(vulnerability['scores']);
  const cvss = memberOf(score ?? {}, 'cvss_v3');
  const number = cvss['baseScore'];
  const references = objectsOf(vulnerability['references']).flatMap(({ url }) => textOf(url) ?? []);
  return present({
    title: textOf(vulnerability['title']),
    description: notes.flatMap(({ category, text }) =>
      category === 'description' ? (textOf(text) ?? []) : [],
    )[0],
    cvssVectorV3: textOf(cvss['vectorString']),
    cvssScoreV3: typeof number === 'number' ? number : undefined,
    references: references.length === 0 ? undefined : references,
  });
}
