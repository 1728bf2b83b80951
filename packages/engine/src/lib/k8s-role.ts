import { jsonItems, jsonText } from './json-text.ts';
import { type ReadAudit, valuesAt } from './k8s-audit.ts';

/** Reads one list of the rules of the role in the request: of all rules together, or of the one that an index names. */
export function ruleTexts(key: string): ReadAudit {
  return function read(record, index) {
    const lists = valuesAt(record, index, ['requestObject', 'rules', key]);
    return lists && lists.flatMap((list) => (list === null ? [] : jsonItems(list).map(jsonText)));
  };
}
