/** How the members of an object are written; a schema of their own for objects. Arrays are repeated. */
export type Schema = Readonly<Record<string, readonly [id: number, kind: Kind | (() => Schema)]>>;

/** 64-bit numbers are decimal texts and bytes hexadecimal ones, as in the JSON form of OTLP. */
type Kind = 'string' | 'hex' | 'fixed64' | 'fixed32' | 'varint' | 'bool';

const wireTypes = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const;

/** An object in the wire format of Protocol Buffers. Members that the schema does not name are an error of the caller. */
export function protobuf(value: object, schema: Schema): Buffer {
  const parts: Buffer[] = [];
  for (const [name, member] of Object.entries(value) as [string, unknown][]) {
    const field = Object.hasOwn(schema, name) ? schema[name] : undefined;
    if (field === undefined) {
      throw new Error(`no field ${name} in this message`);
    }
    for (const item of Array.isArray(member) ? (member as unknown[]) : [member]) {
      if (item !== undefined) {
        parts.push(fieldBytes(field[0], field[1], item));
      }
    }
  }
  return Buffer.concat(parts);
}

function fieldBytes(id: number, kind: Kind | (() => Schema), item: unknown): Buffer {
  switch (kind) {
    case 'varint':
      return Buffer.concat([tag(id, wireTypes.varint), varint(BigInt(item as number | string))]);
    case 'bool':
      return Buffer.concat([tag(id, wireTypes.varint), varint(item === true ? 1n : 0n)]);
    case 'fixed64': {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(item as string)));
      return Buffer.concat([tag(id, wireTypes.fixed64), bytes]);
    }
    case 'fixed32': {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(item as number);
      return Buffer.concat([tag(id, wireTypes.fixed32), bytes]);
    }
    case 'string':
      return delimited(id, Buffer.from(item as string));
    case 'hex':
      return delimited(id, Buffer.from(item as string, 'hex'));
    default:
      return delimited(id, protobuf(item as object, kind()));
  }
}

function delimited(id: number, bytes: Buffer): Buffer {
  return Buffer.concat([tag(id, wireTypes.lengthDelimited), varint(BigInt(bytes.length)), bytes]);
}

function tag(id: number, wireType: number): Buffer {
  return varint(BigInt(id * 8 + wireType));
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
