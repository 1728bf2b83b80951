import { present, type JsonObject } from '../lib/json.ts';
import { type OpenVexStatement, openVexStatements } from './openvex-statements.ts';
import { namesProduct, type VexDocument, type VexQuestion } from './statement.ts';

/** A document of OpenVEX. The latest statement on a product decides. */
export function openVexDocument(json: JsonObject, source: string): VexDocument {
  const statements = openVexStatements(json).sort((a, b) => a.timestamp - b.timestamp);
  return (question) => {
    const last = statements.findLast((statement) => isAbout(statement, question));
    if (last === undefined || (last.status !== 'not_affected' && last.status !== 'fixed')) {
      return null;
    }
    return { status: last.status, ...present({ statement: last.justification }), source };
  };
}

function isAbout({ vulnerabilities, products }: OpenVexStatement, question: VexQuestion): boolean {
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
