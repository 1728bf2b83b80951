/**
 * The devices of mounts by their ids, from `/proc/<pid>/mountinfo`; in the kernel's form of 12 bits for the major and
 * 20 for the minor number, which events have too.
 */
export function parseMounts(text: string): ReadonlyMap<number, number> {
  const devices = new Map<number, number>();
  for (const line of text.split('\n')) {
    const [id, , device] = line.split(' ', 3);
    const [major, minor] = (device ?? '').split(':').map(Number);
    if (id !== undefined && major !== undefined && minor !== undefined && Number.isInteger(major)) {
      devices.set(Number(id), encodeDevice(major, minor));
    }
  }
  return devices;
}

/** `new_encode_dev` of the kernel. */
function encodeDevice(major: number, minor: number): number {
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}
