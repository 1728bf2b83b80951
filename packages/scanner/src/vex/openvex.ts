import { present, isObject, type JsonObject, objectsOf, textOf, textsOf } from '../lib/json.ts';
import { namesProduct, type VexDocument, type VexQuestion } from './statement.ts';

interface Product {
  /** Package URLs and other names of it. */
  readonly names: readonly string[];
  /** Names of the parts that are meant; none: all of it. */
  readonly parts: readonly (readonly string[])[];
}

interface Statement {
  readonly vulnerabilities: readonly string[];
  readonly products: readonly Product[];
  readonly status: string;
  readonly justification: string | undefined;
  readonly timestamp: number;
}

export function isOpenVex(json: JsonObject): boolean {
  return textOf(json['@context'])?.includes('openvex.dev') === true;
}

/** A document of OpenVEX, 0.0.1 or 0.2.0. The latest statement on a product decides. */
export function openVexDocument(json: JsonObject, source: string): VexDocument {
  const written = timeOf(json['timestamp'], 0);
  const statements = objectsOf(json['statements'])
    .map((statement) => statementOf(statement, written))
    .sort((a, b) => a.timestamp - b.timestamp);
  return (question) => {
    const last = statements.findLast((statement) => isAbout(statement, question));
    if (last === undefined || (last.status !== 'not_affected' && last.status !== 'fixed')) {
      return null;
    }
    return { status: last.status, ...present({ statement: last.justification }), source };
  };
}

function isAbout({ vulnerabilities, products }: Statement, question: VexQuestion): boolean {
  return (
    vulnerabilities.includes(question.vulnerabilityId) &&
    products.some(
      ({ names, parts }) =>
        names.some((name) => namesProduct(name, question.productPurl)) &&
        (parts.length === 0 ||
          parts.some((part) => part.some((name) => namesProduct(name, question.partPurl)))),
    )
  );
}

function statementOf(json: JsonObject, written: number): Statement {
  const vulnerability = json['vulnerability'];
  const shared = partsOf(json['subcomponents']);
  return {
    vulnerabilities: isObject(vulnerability)
      ? [
          textOf(vulnerability['name']),
          textOf(vulnerability['@id']),
          ...textsOf(vulnerability['aliases']),
        ].flatMap((name) => name ?? [])
      : [textOf(vulnerability) ?? ''],
    products: [
      ...objectsOf(json['products']).map((product) => ({
        names: namesOf(product),
        parts: partsOf(product['subcomponents']),
      })),
      ...textsOf(json['products']).map((name) => ({ names: [name], parts: shared })),
    ],
    status: textOf(json['status']) ?? '',
    justification: textOf(json['justification']),
    timestamp: timeOf(json['timestamp'], written),
  };
}

function partsOf(json: unknown): (readonly string[])[] {
  return [...objectsOf(json).map(namesOf), ...textsOf(json).map((name) => [name])];
}

function namesOf(component: JsonObject): string[] {
  const identifiers = isObject(component['identifiers']) ? component['identifiers'] : {};
  return [textOf(component['@id']), textOf(identifiers['purl'])].flatMap((name) => name ?? []);
}

function timeOf(json: unknown, otherwise: number): number {
  const time = Date.parse(textOf(json) ?? '');
  return Number.isNaN(time) ? otherwise : time;
}
