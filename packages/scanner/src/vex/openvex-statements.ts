import { isObject, type JsonObject, objectsOf, textOf, textsOf } from '../lib/json.ts';

/** A package or artifact under all names that a document gives it: ids and package URLs. */
export type ProductNames = readonly string[];

export interface OpenVexProduct {
  readonly names: ProductNames;
  /** The parts that are meant; none: all of it. */
  readonly parts: readonly ProductNames[];
}

export interface OpenVexStatement {
  /** The name of the vulnerability; undefined where it only has other ids. */
  readonly vulnerabilityId: string | undefined;
  /** All names of it. */
  readonly vulnerabilities: readonly string[];
  readonly products: readonly OpenVexProduct[];
  readonly status: string;
  readonly justification: string | undefined;
  /** Milliseconds. */
  readonly timestamp: number;
}

export function isOpenVex(json: JsonObject): boolean {
  return textOf(json['@context'])?.includes('openvex') === true;
}

/** The statements of a document of OpenVEX, 0.0.1 or 0.2.0, in its order. */
export function openVexStatements(json: JsonObject): OpenVexStatement[] {
  const written = timeOf(json['timestamp'], 0);
  return objectsOf(json['statements']).map((statement) => statementOf(statement, written));
}

function statementOf(json: JsonObject, written: number): OpenVexStatement {
  const { vulnerability } = json;
  const about = isObject(vulnerability) ? vulnerability : { name: vulnerability };
  const shared = partsOf(json['subcomponents']);
  return {
    vulnerabilityId: textOf(about['name']),
    vulnerabilities: [
      ...[textOf(about['name']), textOf(about['@id'])].flatMap((name) => name ?? []),
      ...textsOf(about['aliases']),
    ],
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

function partsOf(json: unknown): ProductNames[] {
  return [...objectsOf(json).map(namesOf), ...textsOf(json).map((name) => [name])];
}

/** Its id, then its package URL. */
function namesOf(component: JsonObject): string[] {
  const identifiers = isObject(component['identifiers']) ? component['identifiers'] : {};
  return [textOf(component['@id']), textOf(identifiers['purl'])].flatMap((name) => name ?? []);
}

function timeOf(json: unknown, otherwise: number): number {
  const time = Date.parse(textOf(json) ?? '');
  return Number.isNaN(time) ? otherwise : time;
}
