// The functions of a BPF object, and which of them call which.

/** One of eight bytes; wide loads have two. */
export interface Instruction {
  readonly code: number;
  readonly to: number;
  readonly from: number;
  readonly offset: number;
  readonly immediate: number;
}

export interface BpfFunction {
  readonly name: string;
  readonly isProgram: boolean;
  readonly body: readonly Instruction[];
  /** Functions that it calls, or gives to the kernel to be called. */
  readonly callees: readonly string[];
}

const instructionBytes = 8;
const codes = { call: 0x85, wideLoad: 0x18 } as const;
/** What a call of another function of the object has in the place of a register. */
const calledByOffset = 1;
const functionSymbol = 2;

/** Of an object file of 64 bits, little-endian, as clang writes it. */
export function functionsOf(object: Buffer): BpfFunction[] {
  const sections = sectionsOf(object);
  const symbols = symbolsOf(sections);
  const functions = symbols.filter(({ type }) => type === functionSymbol);
  const nameAt = (section: number, at: number): string[] => {
    const callee = functions.find((one) => one.section === section && one.at === at);
    return callee === undefined ? [] : [callee.name];
  };
  return functions.map(({ name, section, at, size }) => {
    const { name: inside, bytes } = sections[section] as Section;
    const body = instructionsOf(bytes.subarray(at, at + size));
    const relocated = new Map(
      rowsOf(sections.find((one) => one.name === `.rel${inside}`)?.bytes ?? Buffer.alloc(0), 16).map(
        (row) => [Number(row.readBigUInt64LE(0)), symbols[row.readUInt32LE(12)] as ObjectSymbol],
      ),
    );
    const callees = body.flatMap(({ code, from, immediate }, i) => {
      const place = at + i * instructionBytes;
      const symbol = relocated.get(place);
      if (code === codes.call && from === calledByOffset) {
        // Behind a relocation the number of the instruction counts from the symbol.
        const steps = (immediate + 1) * instructionBytes;
        return symbol === undefined
          ? nameAt(section, place + steps)
          : nameAt(symbol.section, symbol.at + steps);
      }
      return code === codes.wideLoad && symbol !== undefined
        ? nameAt(symbol.section, symbol.at + immediate)
        : [];
    });
    return { name, isProgram: inside !== '.text', body, callees: [...new Set(callees)] };
  });
}

interface Section {
  readonly name: string;
  readonly bytes: Buffer;
}

interface ObjectSymbol {
  readonly name: string;
  readonly type: number;
  readonly section: number;
  readonly at: number;
  readonly size: number;
}

function instructionsOf(bytes: Buffer): Instruction[] {
  return rowsOf(bytes, instructionBytes).map((row) => ({
    code: row.readUInt8(0),
    to: row.readUInt8(1) & 15,
    from: row.readUInt8(1) >> 4,
    offset: row.readInt16LE(2),
    immediate: row.readInt32LE(4),
  }));
}

function sectionsOf(object: Buffer): Section[] {
  const at = Number(object.readBigUInt64LE(40));
  const rows = rowsOf(object.subarray(at, at + 64 * object.readUInt16LE(60)), 64);
  const bytes = rows.map((row) => {
    const from = Number(row.readBigUInt64LE(24));
    return object.subarray(from, from + Number(row.readBigUInt64LE(32)));
  });
  const names = bytes[object.readUInt16LE(62)] as Buffer;
  return rows.map((row, i) => ({ name: textAt(names, row.readUInt32LE(0)), bytes: bytes[i] as Buffer }));
}

function symbolsOf(sections: readonly Section[]): ObjectSymbol[] {
  const bytesOfSection = (name: string): Buffer =>
    (sections.find((one) => one.name === name) as Section).bytes;
  const names = bytesOfSection('.strtab');
  return rowsOf(bytesOfSection('.symtab'), 24).map((row) => ({
    name: textAt(names, row.readUInt32LE(0)),
    type: row.readUInt8(4) & 15,
    section: row.readUInt16LE(6),
    at: Number(row.readBigUInt64LE(8)),
    size: Number(row.readBigUInt64LE(16)),
  }));
}

function rowsOf(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}

function textAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, bytes.indexOf(0, at));
}
