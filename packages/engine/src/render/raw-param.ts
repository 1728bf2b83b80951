import type { EventView } from '../event.ts';
import { ipText } from '../lib/ip.ts';
import { paramValue } from '../lib/params.ts';
import type { FieldValue, ParamType, PrintFormat } from '../value.ts';
import { type BufferFormat, bufferFieldText } from './buffer.ts';
import { integerText } from './number.ts';

const unprinted: ReadonlySet<ParamType> = new Set<ParamType>(['SOCKADDR', 'SOCKTUPLE', 'FDLIST', 'DYN']);

/**
 * A parameter as it is printed in its own type: a number, or text where its format is not decimal. Null for parameters
 * that are made of parts.
 */
export function rawParamPrint(event: EventView, index: number, buffers: BufferFormat): FieldValue {
  const param = event.info.params[index];
  if (param === undefined || unprinted.has(param.type)) {
    return null;
  }
  const value = paramValue(event, index);
  if (value === null) {
    return param.type === 'BYTEBUF' ? '' : 0;
  }
  if (typeof value === 'string') {
    return stringPrint(value, param.type, buffers);
  }
  return typeof value === 'boolean' || isDecimal(param.format)
    ? value
    : integerText(value, param.type, param.format);
}

function stringPrint(value: string, type: ParamType, buffers: BufferFormat): string {
  switch (type) {
    case 'BYTEBUF':
      return bufferFieldText(value, buffers);
    case 'IPV4ADDR':
    case 'IPV6ADDR':
      return ipText(value);
    default:
      return value;
  }
}

function isDecimal(format: PrintFormat): boolean {
  return format !== 'HEX' && format !== 'OCT';
}
