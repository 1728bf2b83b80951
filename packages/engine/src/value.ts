/** Types of event parameters and fields, named as in the scap schema without their `PT_` prefix. */
export type ParamType =
  | 'NONE'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'CHARBUF'
  | 'BYTEBUF'
  | 'ERRNO'
  | 'SOCKADDR'
  | 'SOCKTUPLE'
  | 'FD'
  | 'PID'
  | 'FDLIST'
  | 'FSPATH'
  | 'FSRELPATH'
  | 'SYSCALLID'
  | 'SIGTYPE'
  | 'RELTIME'
  | 'ABSTIME'
  | 'PORT'
  | 'L4PROTO'
  | 'SOCKFAMILY'
  | 'BOOL'
  | 'DYN'
  | 'FLAGS8'
  | 'FLAGS16'
  | 'FLAGS32'
  | 'ENUMFLAGS8'
  | 'ENUMFLAGS16'
  | 'ENUMFLAGS32'
  | 'UID'
  | 'GID'
  | 'DOUBLE'
  | 'SIGSET'
  | 'CHARBUFARRAY'
  | 'CHARBUF_PAIR_ARRAY'
  | 'MODE'
  | 'FD32'
  | 'PID32'
  | 'IPV4ADDR'
  | 'IPV4NET'
  | 'IPV6ADDR'
  | 'IPV6NET'
  | 'IPADDR'
  | 'IPNET';

/** How a number is printed, named as in the scap schema without its `PF_` prefix. */
export type PrintFormat = 'NA' | 'DEC' | 'HEX' | '10_PADDED_DEC' | 'ID' | 'DIR' | 'OCT';

/** Families of types that take the same operators. */
export type ValueGroup = 'number' | 'bool' | 'string' | 'buffer' | 'ip' | 'net';

/**
 * One value of a field.
 * - Text and buffers are byte strings: one UTF-16 unit a byte (latin1), made UTF-8 only when printed.
 * - IP addresses are byte strings of 4 or 16 bytes in network order.
 * - Integers are numbers where they fit 2^53, otherwise bigint; JavaScript's `==` and `<` compare the two by value.
 */
export type Scalar = string | number | bigint | boolean;

/** A field's value; `null` means that the event has no such value, which makes every comparison false. */
export type FieldValue = Scalar | readonly Scalar[] | null;

const groups: Partial<Record<ParamType, ValueGroup>> = {
  BOOL: 'bool',
  CHARBUF: 'string',
  FSPATH: 'string',
  FSRELPATH: 'string',
  BYTEBUF: 'buffer',
  IPV4ADDR: 'ip',
  IPV6ADDR: 'ip',
  IPADDR: 'ip',
  IPV4NET: 'net',
  IPV6NET: 'net',
  IPNET: 'net',
};

/** The family of operators that a type takes. */
export function valueGroup(type: ParamType): ValueGroup {
  return groups[type] ?? 'number';
}
