import { isComparableNumber } from '../lib/literal.ts';
import type { Operator } from '../operator.ts';
import { type ParamType, type ValueGroup, valueGroup } from '../value.ts';

/** Types whose lists can be compared. */
const listTypes: ReadonlySet<ParamType> = new Set([
  'CHARBUF',
  'UINT64',
  'RELTIME',
  'ABSTIME',
  'BOOL',
  'IPADDR',
  'IPNET',
]);

const groupNames: Readonly<Record<ValueGroup, string>> = {
  number: 'numeric filters',
  bool: 'numeric filters',
  string: 'string filters',
  buffer: 'buffer filters',
  ip: 'ip address and network filters',
  net: 'ip address and network filters',
};

/** Why an operator cannot work on values of this type; null when it can. Falco's wording. */
export function incomparable(
  operator: Operator,
  hasModifier: boolean,
  type: ParamType,
  isList: boolean,
): string | null {
  if (operator.syntax === 'unary') {
    return null;
  }
  if (isList) {
    if (!listTypes.has(type)) {
      return `list filters are not supported for type '${typeName(type)}'`;
    }
    return operator.lists === null ? `'${operator.name}' operator not supported list filters` : null;
  }
  const group = valueGroup(type);
  if (group === 'number' && !isComparableNumber(type)) {
    return `'${operator.name}' operator not supported for type '${typeName(type)}'`;
  }
  if (operator.groups.includes(group)) {
    return null;
  }
  const isAddress = group === 'ip' || group === 'net';
  return `'${operator.name}' ${hasModifier && isAddress ? 'with modifier' : 'operator'} not supported for ${groupNames[group]}`;
}

/** A type as Falco names it in messages. */
export function typeName(type: ParamType): string {
  return type === 'DYN' ? 'DYNAMIC' : type;
}
