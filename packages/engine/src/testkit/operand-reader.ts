import type { Field } from '../field.ts';
import type { OperandReader } from '../format/template.ts';
import type { Operand } from '../plan.ts';

/**
 * Reads fields of a list from output texts, without the grammar of conditions: `name`, `name[2]`, `name[key]` and
 * `name.suffix` for fields that take dotted names. For tests of what comes behind reading.
 */
export function testOperandReader(fields: readonly Field[]): OperandReader {
  const byLength = fields.toSorted((a, b) => b.name.length - a.name.length);
  return (text) => {
    const field = byLength.find(({ name }) => text.startsWith(name));
    if (field === undefined) {
      return { ok: false, message: `no field starts ${text}` };
    }
    const rest = text.slice(field.name.length);
    const suffix = field.argument === undefined ? '' : (/^(\[[^\]]*\]|\.\w+)/.exec(rest)?.[0] ?? '');
    const argument = suffix.startsWith('[') ? suffix.slice(1, -1) : suffix.slice(1);
    const operand: Operand = {
      kind: 'field',
      field,
      argument: suffix === '' ? undefined : /^\d+$/.test(argument) ? Number(argument) : argument,
      text: field.name + suffix,
      type: field.type,
      list: field.list ?? false,
    };
    return { ok: true, operand, length: operand.text.length };
  };
}
