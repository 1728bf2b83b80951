import { ipText } from '../lib/ip.ts';
import type { Operand } from '../plan.ts';
import { type BufferFormat, bufferFieldText } from '../render/buffer.ts';
import { integerText } from '../render/number.ts';
import { cutText, printableText } from '../render/printable.ts';
import type { FieldValue, ParamType, PrintFormat, Scalar } from '../value.ts';
import { doubleJson, escapedText, type JsonValue } from './json.ts';

/** Prints values of one operand. */
export interface ValuePrinter {
  /** As it stands in a message; null for values that have no text. */
  readonly text: (value: Exclude<FieldValue, null>) => string | null;
  /** The same value in JSON, given its text with JSON's escapes. */
  readonly json: (value: Exclude<FieldValue, null>, escaped: string) => string;
  /** The same value as data. */
  readonly plain: (value: Exclude<FieldValue, null>, text: string) => JsonValue;
}

interface ScalarPrinter {
  readonly text: (value: Scalar) => string | null;
  readonly json: (value: Scalar, escaped: string) => string;
  readonly plain: (value: Scalar, text: string) => JsonValue;
}

/** Bytes of Falco's buffer for the text of a list. */
const maxListText = 1023;

/** The printer for an operand's values. */
export function valuePrinter(operand: Operand, buffers: BufferFormat): ValuePrinter {
  if (operand.kind === 'field' && operand.field.print !== undefined) {
    return single(finishedPrinter);
  }
  const scalar = scalarPrinter(operand.type, formatOf(operand), buffers);
  return operand.list ? listPrinter(scalar) : single(scalar);
}

// What a transformer makes of a field has no format of its own.
function formatOf(operand: Operand): PrintFormat {
  return operand.kind === 'field' ? (operand.field.format ?? 'NA') : 'DEC';
}

function scalarPrinter(type: ParamType, format: PrintFormat, buffers: BufferFormat): ScalarPrinter {
  switch (type) {
    case 'CHARBUF':
    case 'FSPATH':
    case 'FSRELPATH':
      return textPrinter;
    case 'BYTEBUF':
      return quoted((value) => bufferFieldText(String(value), buffers));
    case 'IPV4ADDR':
    case 'IPV6ADDR':
    case 'IPADDR':
      return quoted((value) => ipText(String(value)));
    case 'IPV4NET':
    case 'IPV6NET':
    case 'IPNET':
      return quoted(() => '<IPNET>');
    case 'BOOL':
      return literal((value) => String(value === true));
    case 'DOUBLE':
      return doublePrinter;
    default:
      return integerPrinter(type, format);
  }
}

const textPrinter = quoted((value) => printableText(String(value)));

const doublePrinter: ScalarPrinter = {
  text: (value) => Number(value).toFixed(1),
  json: (value) => doubleJson(Number(value)),
  plain: (value) => Number(value),
};

const finishedPrinter: ScalarPrinter = {
  text: (value) => (typeof value === 'string' ? printableText(value) : String(value)),
  json: (value, escaped) => (typeof value === 'string' ? `"${escaped}"` : escaped),
  plain: (value, text) => (typeof value === 'string' ? text : value),
};

/** Integers that Falco prints even where they have no format. */
const formatless: ReadonlySet<ParamType> = new Set<ParamType>(['INT64', 'PID', 'FD', 'ERRNO']);

// In JSON, decimal integers are numbers; other forms are texts.
function integerPrinter(type: ParamType, format: PrintFormat): ScalarPrinter {
  const text = (value: Scalar): string => integerText(value as number | bigint, type, format);
  if (format === 'DEC' || format === 'ID') {
    return literal(text);
  }
  if (format !== 'HEX' && format !== 'OCT' && format !== '10_PADDED_DEC' && !formatless.has(type)) {
    return withoutText;
  }
  return quoted(text);
}

const withoutText: ScalarPrinter = { text: () => null, json: () => 'null', plain: () => null };

function quoted(text: (value: Scalar) => string): ScalarPrinter {
  return { text, json: (_, escaped) => `"${escaped}"`, plain: (_, shown) => shown };
}

function literal(text: (value: Scalar) => string): ScalarPrinter {
  return { text, json: (_, escaped) => escaped, plain: (value) => value };
}

function single({ text, json, plain }: ScalarPrinter): ValuePrinter {
  // Operands that are no lists give single values.
  return {
    text: (value) => text(value as Scalar),
    json: (value, escaped) => json(value as Scalar, escaped),
    plain: (value, shown) => plain(value as Scalar, shown),
  };
}

function listPrinter({ text, json, plain }: ScalarPrinter): ValuePrinter {
  return {
    text(value) {
      const items = itemsOf(value).map((item) => text(item) ?? '');
      return cutText(`(${items.join(',')})`, maxListText);
    },
    json(value) {
      const items = itemsOf(value);
      // Falco has no empty lists in JSON.
      return items.length === 0
        ? 'null'
        : `[${items.map((item) => json(item, escapedText(text(item) ?? ''))).join(',')}]`;
    },
    plain(value) {
      const items = itemsOf(value);
      return items.length === 0 ? null : items.map((item) => plain(item, text(item) ?? ''));
    },
  };
}

function itemsOf(value: Exclude<FieldValue, null>): readonly Scalar[] {
  return typeof value === 'object' ? value : [value];
}
