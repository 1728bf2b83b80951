import { memberOf } from '../db/build/ranges.ts';
import { defineFeed } from '../feed.ts';
import { isObject, type JsonObject, textsOf } from '../lib/json.ts';

export const feed = defineFeed({
  id: 'redhat-repositories',
  doc: "Red Hat's list of repositories and the products (CPE) that they belong to (repository-to-cpe.json).",
  accepts({ path, document }) {
    if (!path.endsWith('.json')) {
      return false;
    }
    const [repository] = Object.values(dataOf(document()));
    return isObject(repository) && Array.isArray(repository['cpes']);
  },
  read({ document }, sink) {
    for (const [name, repository] of Object.entries(dataOf(document()))) {
      const cpes = textsOf(isObject(repository) ? repository['cpes'] : []);
      if (cpes.length === 0) {
        sink.rejected(name, 'names no products');
        continue;
      }
      sink.contentSet(name, cpes);
      sink.imported();
    }
  },
});

function dataOf(document: unknown): JsonObject {
  return isObject(document) ? memberOf(document, 'data') : {};
}
