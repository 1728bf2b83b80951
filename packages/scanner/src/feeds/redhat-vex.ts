import { AppError } from '@lanner/core';
import { severityNumber, type SourceDetail } from '../db/build/details.ts';
import { memberOf } from '../db/build/ranges.ts';
import type { AdvisorySink, RedHatEntry } from '../db/build/sink.ts';
import { defineFeed } from '../feed.ts';
import { isObject, type JsonObject, objectsOf, present, textOf, textsOf } from '../lib/json.ts';
import { vulnerabilityStatuses } from '../model/index.ts';
import { type PackageUrl, parsePackageUrl } from '../purl/index.ts';
import { type CsafProducts, csafProducts, isRedHatCsaf } from '../vex/csaf-products.ts';

const bucket = 'Red Hat';
const source = { id: 'redhat', name: 'Red Hat', url: 'https://security.access.redhat.com/data/csaf/v2/vex/' };

export const feed = defineFeed({
  id: 'redhat-vex',
  doc: "Red Hat's VEX files, one for each CVE: packages by product, with the erratum that fixes them or why none does.",
  accepts({ path, document }) {
    const csaf = path.endsWith('.json') ? document() : null;
    return isObject(csaf) && isRedHatCsaf(csaf);
  },
  read({ path, document }, sink) {
    const csaf = document();
    const root = isObject(csaf) ? csaf : {};
    const products = csafProducts(root);
    for (const vulnerability of objectsOf(root['vulnerabilities'])) {
      const id = textOf(vulnerability['cve']);
      if (id === undefined) {
        sink.rejected(path, 'names no vulnerability');
        continue;
      }
      const count =
        importFixed(id, vulnerability, products, sink) + importUnfixed(id, vulnerability, products, sink);
      if (count === 0) {
        sink.rejected(id, 'is about no package of a product with a CPE');
        continue;
      }
      sink.detail(id, source.id, detailOf(root, vulnerability));
      sink.imported();
    }
  },
});

/** A package within a product of Red Hat. */
interface Component {
  readonly url: PackageUrl;
  readonly cpe: string;
}

/** null for what is no RPM, or in no product that has a CPE. */
function componentOf(productId: string, { purls, cpes, relationships }: CsafProducts): Component | null {
  for (const { part, whole } of relationships.get(productId) ?? []) {
    const purl = purls.get(part)?.at(-1) ?? purls.get(productId)?.at(-1);
    const cpe = cpes.get(whole);
    const url = purl === undefined ? null : urlOrNull(purl);
    if (url?.type === 'rpm' && cpe !== undefined) {
      return { url, cpe };
    }
  }
  return null;
}

function urlOrNull(text: string): PackageUrl | null {
  try {
    return parsePackageUrl(text);
  } catch (error) {
    if (error instanceof AppError) {
      return null;
    }
    throw error;
  }
}

/** Gives the number of entries. */
function importFixed(
  id: string,
  vulnerability: JsonObject,
  products: CsafProducts,
  sink: AdvisorySink,
): number {
  const errata = new Map<string, string>();
  for (const { category, url, product_ids: ids } of objectsOf(vulnerability['remediations'])) {
    const erratum =
      category === 'vendor_fix' ? /\/(RH[SBE]A-\d+:\d+)$/.exec(textOf(url) ?? '')?.[1] : undefined;
    for (const product of erratum === undefined ? [] : textsOf(ids)) {
      errata.set(product, erratum ?? '');
    }
  }
  const severities = severitiesOf(vulnerability);
  let count = 0;
  for (const productId of textsOf(memberOf(vulnerability, 'product_status')['fixed'])) {
    const component = componentOf(productId, products);
    const erratum = errata.get(productId);
    const { arch, epoch } = component?.url.qualifiers ?? {};
    const version = component?.url.version;
    // Sources are not installed.
    if (component === null || erratum === undefined || version === undefined || arch === 'src') {
      continue;
    }
    add(component, erratum, sink, {
      FixedVersion: epoch === undefined || epoch === '0' ? version : `${epoch}:${version}`,
      Cves: [present({ ID: id, Severity: severities(productId) })],
      ...(arch === undefined || arch === 'noarch' ? {} : { Arches: [arch] }),
      Affected: [sink.product(component.cpe)],
    });
    count++;
  }
  return count;
}

/** Gives the number of entries. */
function importUnfixed(
  id: string,
  vulnerability: JsonObject,
  products: CsafProducts,
  sink: AdvisorySink,
): number {
  const statuses = memberOf(vulnerability, 'product_status');
  const reasons = new Map<string, string>();
  for (const { category, details, product_ids: ids } of objectsOf(vulnerability['remediations'])) {
    for (const product of ['none_available', 'no_fix_planned'].includes(String(category))
      ? textsOf(ids)
      : []) {
      reasons.set(product, textOf(details)?.toLowerCase() ?? '');
    }
  }
  const severities = severitiesOf(vulnerability);
  let count = 0;
  for (const list of ['known_affected', 'under_investigation'] as const) {
    for (const productId of textsOf(statuses[list])) {
      const component = componentOf(productId, products);
      if (component === null) {
        continue;
      }
      const status = list === 'under_investigation' ? list : statusOf(reasons.get(productId));
      add(component, id, sink, {
        Cves: [present({ Severity: severities(productId) })],
        Status: vulnerabilityStatuses.indexOf(status),
        Affected: [sink.product(component.cpe)],
      });
      count++;
    }
  }
  return count;
}

function statusOf(reason: string | undefined): 'affected' | 'will_not_fix' | 'fix_deferred' | 'end_of_life' {
  switch (reason) {
    case 'will not fix':
      return 'will_not_fix';
    case 'fix deferred':
      return 'fix_deferred';
    case 'out of support scope':
      return 'end_of_life';
    default:
      return 'affected';
  }
}

function add({ url }: Component, key: string, sink: AdvisorySink, entry: RedHatEntry): void {
  // `nodejs:16:8050020211213115342:c5368500`: a stream of a module, and a build of it.
  const [module, stream] = (url.qualifiers?.['rpmmod'] ?? '').split(':');
  const name = module === '' || stream === undefined ? url.name : `${module ?? ''}:${stream}::${url.name}`;
  sink.advisory(bucket, source, name, key, { Entries: [entry] });
}

/** The impact on a product; where none is named, that of the vulnerability. */
function severitiesOf(vulnerability: JsonObject): (productId: string) => number | undefined {
  const byProduct = new Map<string, number>();
  let usual: number | undefined;
  for (const { category, details, product_ids: ids } of objectsOf(vulnerability['threats'])) {
    const severity = category === 'impact' ? severityNumber(textOf(details)) : undefined;
    if (severity !== undefined) {
      usual ??= severity;
      textsOf(ids).forEach((product) => byProduct.set(product, severity));
    }
  }
  return (productId) => byProduct.get(productId) ?? usual;
}

function detailOf(root: JsonObject, vulnerability: JsonObject): SourceDetail {
  const notes = objectsOf(vulnerability['notes']);
  const cvss = memberOf(objectsOf(vulnerability['scores'])[0] ?? {}, 'cvss_v3');
  const score = cvss['baseScore'];
  const references = objectsOf(vulnerability['references']).flatMap(({ url }) => textOf(url) ?? []);
  const aggregate = textOf(memberOf(memberOf(root, 'document'), 'aggregate_severity')['text']);
  return present({
    title: textOf(vulnerability['title']),
    description: notes.flatMap(({ category, text }) =>
      category === 'description' ? (textOf(text) ?? []) : [],
    )[0],
    severity: severityNumber(aggregate),
    cvssVectorV3: textOf(cvss['vectorString']),
    cvssScoreV3: typeof score === 'number' ? score : undefined,
    references: references.length === 0 ? undefined : references,
  });
}
