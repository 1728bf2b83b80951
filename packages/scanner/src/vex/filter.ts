import { present } from '../lib/json.ts';
import type { Bom, BomComponent, Report, Result, SuppressedFinding, Vulnerability } from '../model/index.ts';
import { parentsOf } from '../sbom/bom-builder.ts';
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
  return { ...report, results: report.results.map((result, i) => filterOne(result, ids[i] ?? [], graph)) };
}

interface Graph {
  readonly bom: Bom;
  readonly parents: ReadonlyMap<string, readonly string[]>;
  readonly documents: readonly VexDocument[];
}

function filterOne(result: Result, ids: readonly string[], graph: Graph): Result {
  const { vulnerabilities = [] } = result;
  if (vulnerabilities.length === 0) {
    return result;
  }
  const leaves = leavesByName(result, ids, graph.bom);
  const suppressed: SuppressedFinding[] = [...(result.suppressed ?? [])];
  const kept = vulnerabilities.filter((vulnerability) => {
    const leaf = leafOf(vulnerability, leaves);
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

/** Components of packages by everything that a vulnerability may name its package with. */
function leavesByName(result: Result, ids: readonly string[], bom: Bom): Map<string, BomComponent> {
  const leaves = new Map<string, BomComponent>();
  (result.packages ?? []).forEach((pkg, i) => {
    const component = bom.components.get(ids[i] ?? '');
    if (component !== undefined) {
      const { uid, purl, bomRef } = pkg.identifier ?? {};
      for (const name of [uid, bomRef, purl, pkg.id, `${pkg.name}@${pkg.version ?? ''}`]) {
        if (name !== undefined && !leaves.has(name)) {
          leaves.set(name, component);
        }
      }
    }
  });
  return leaves;
}

function leafOf(
  vulnerability: Vulnerability,
  leaves: ReadonlyMap<string, BomComponent>,
): BomComponent | undefined {
  const { pkgIdentifier = {}, pkgId, pkgName, installedVersion } = vulnerability;
  const { uid, bomRef, purl } = pkgIdentifier;
  for (const name of [uid, bomRef, purl, pkgId, `${pkgName}@${installedVersion}`]) {
    const leaf = name === undefined ? undefined : leaves.get(name);
    if (leaf !== undefined) {
      return leaf;
    }
  }
  return undefined;
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
