// The least that a replay can do: inflates a capture and steps from block to block. Usage: node walk.ts CAPTURE
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const bytes = gunzipSync(readFileSync(process.argv[2] ?? ''));
const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
let blocks = 0;
for (let at = 0; at + 8 <= bytes.length; at += view.getUint32(at + 4, true)) {
  blocks++;
}
console.log(blocks);
