import { present } from '../lib/json.ts';
import type { Bom, BomComponent, Report, Result, SuppressedFinding, Vulnerability } from '../model/index.ts';
import { parentsOf } from '../sbom/bom-builder.ts';
import { componentFinder } from '../sbom/component-finder.ts';
import { encodeReport } from '../sbom/encode.ts';
import type { VexDocument, VexVerdict } from './statement.ts';

/**
 * Suppresses vulnerabilities that documents say have no effect: every way from the package up to the artifact must be
 * covered by a statement on something along it.
 */
export function filterByVex(report: Report, documents: readonly VexDocument[]): Report {
  if (
    documents.length === 0 ||
    report.results.every(({ vulnerabilities = [] }) => vulnerabilities.length === 0)
  ) {
    return report;
  }
  let count = 0;
  // Ids only connect what is built here; nobody sees them.
  const { bom, ids } = encodeReport(report, () => String(++count));
  const graph = { bom, parents: parentsOf(bom), documents };
  const componentOf = componentFinder(report, ids);
  return {
    ...report,
    results: report.results.map((result, i) =>
      filterOne(result, (vulnerability) => bom.components.get(componentOf(i, vulnerability) ?? ''), graph),
    ),
  };
}

interface Graph {
  readonly bom: Bom;
  readonly parents: ReadonlyMap<string, readonly string[]>;
  readonly documents: readonly VexDocument[];
}

function filterOne(
  result: Result,
  leafOf: (vulnerability: Vulnerability) => BomComponent | undefined,
  graph: Graph,
): Result {
  const { vulnerabilities = [] } = result;
  if (vulnerabilities.length === 0) {
    return result;
  }
  const suppressed: SuppressedFinding[] = [...(result.suppressed ?? [])];
  const kept = vulnerabilities.filter((vulnerability) => {
    const leaf = leafOf(vulnerability);
    const verdict = leaf === undefined ? null : verdictOn(vulnerability, leaf, graph);
    if (verdict !== null) {
      suppressed.push({ type: 'vulnerability', ...verdict, finding: vulnerability });
    }
    return verdict === null;
  });
  return {
    ...result,
    vulnerabilities: kept,
    ...present({ suppressed: suppressed.length === 0 ? undefined : suppressed }),
  };
}

/** The verdict that closes the last way to the root; null when one way is open, or when no way leads there. */
function verdictOn(
  { vulnerabilityId, pkgIdentifier = {} }: Vulnerability,
  leaf: BomComponent,
  { bom, parents, documents }: Graph,
): VexVerdict | null {
  const leafPurl = leaf.identifier.purl;
  const references = [leafPurl, pkgIdentifier.uid, pkgIdentifier.bomRef].flatMap((name) => name ?? []);
  function ask(product: BomComponent, partPurl: string | undefined): VexVerdict | null {
    for (const document of documents) {
      const verdict = document({
        vulnerabilityId,
        productPurl: product.identifier.purl,
        partPurl,
        references,
      });
      if (verdict !== null) {
        return verdict;
      }
    }
    return null;
  }
  let last = ask(leaf, undefined);
  const visited = new Set<string>();
  const open = last === null ? [leaf] : [];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (visited.has(next.id)) {
      continue;
    }
    visited.add(next.id);
    const verdict = ask(next, leafPurl);
    if (verdict !== null) {
      last = verdict;
    } else if (next.id === bom.rootId) {
      return null;
    } else {
      open.push(...(parents.get(next.id) ?? []).flatMap((id) => bom.components.get(id) ?? []));
    }
  }
  return last;
}
