/** Layout of a control message header on 64-bit systems: length (8 bytes), level, type (4 bytes each). */
const headerLength = 16;
const typeOffset = 12;
const alignment = 8;
const scmRights = 1;
/** The kernel passes no more descriptors at once. */
const maxDescriptors = 253;

/** The descriptors that a message has brought along, from the bytes of its control messages. */
export function passedDescriptors(control: Uint8Array): number[] {
  const view = new DataView(control.buffer, control.byteOffset, control.byteLength);
  const descriptors: number[] = [];
  let at = 0;
  while (at + headerLength <= control.length) {
    const length = Number(view.getBigUint64(at, true));
    if (length < headerLength || at + length > control.length) {
      break;
    }
    if (view.getInt32(at + typeOffset, true) === scmRights) {
      const count = (length - headerLength) / 4;
      if (!Number.isInteger(count) || count > maxDescriptors) {
        break;
      }
      for (let i = 0; i < count; i++) {
        descriptors.push(view.getInt32(at + headerLength + 4 * i, true));
      }
    }
    at += Math.ceil(length / alignment) * alignment;
  }
  return descriptors;
}
