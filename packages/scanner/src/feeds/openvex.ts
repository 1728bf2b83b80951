import { importStatements, type ProductStatus } from '../db/build/product-statuses.ts';
import { defineFeed } from '../feed.ts';
import { isObject, textOf } from '../lib/json.ts';
import { isOpenVex, type OpenVexStatement, openVexStatements } from '../vex/openvex-statements.ts';

export const feed = defineFeed({
  id: 'openvex',
  doc: 'OpenVEX documents: what they say is affected, or fixed in packages of distributions.',
  accepts({ path, document }) {
    const vex = path.endsWith('.json') ? document() : null;
    return isObject(vex) && isOpenVex(vex);
  },
  read({ path, document }, sink) {
    const vex = document();
    const head = isObject(vex) ? vex : {};
    const source = {
      id: 'openvex',
      name: textOf(head['author']) ?? 'OpenVEX',
      url: textOf(head['@id']) ?? '',
    };
    for (const statement of openVexStatements(head)) {
      const { vulnerabilityId } = statement;
      const status = statusOf(statement);
      const products = productUrls(statement).map((url) => ({ url, status }));
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

function statusOf({ status }: OpenVexStatement): ProductStatus {
  return status === 'affected' || status === 'fixed' ? status : 'other';
}

/** The packages within a product are meant, where it names some; of their names, the package URL. */
function productUrls({ products }: OpenVexStatement): string[] {
  return products.flatMap(({ names, parts }) =>
    (parts.length === 0 ? [names] : parts).flatMap((all) => all.at(-1) ?? []),
  );
}
